-- What can be dated and belongs to somebody; answers that don't tell anything change nothing. Whose address it is
-- doesn't matter: the person counts only where no contact point is known.
with changes as (
    select
        *,
        {{ surrogate_key([
            "organization_id", "contact_point_type", "contact_point_key",
            "case when contact_point_key is null then profile_key end", "consent_scope", "consent_scope_id",
        ]) }} as consent_key,
        coalesce(confirmation_request_id, form_submission_id) as request_id,
        consent_status in ('opted_in', 'opted_out') as is_decision,
        case consent_status when 'pending' then 1 when 'opted_in' then 3 when 'opted_out' then 4 else 2 end as weight
    from {{ ref("fct_consent_changes") }}
    where
        occurred_at is not null
        and coalesce(profile_key, contact_point_key) is not null
        and (consent_status is not null or change_type in ('expired', 'declined'))
),

ordered as (
    select
        *,
        row_number() over (
            partition by consent_key order by occurred_at, weight, interaction_key
        ) as change_number
    from changes
),

requested as (
    select
        *,
        count(case when consent_status = 'pending' then 1 end) over (
            partition by consent_key, request_id order by change_number
            rows between unbounded preceding and current row
        ) > 0 as was_requested
    from ordered
),

repeated as (
    select
        *,
        row_number() over (
            partition by consent_key, request_id, consent_status, was_requested order by change_number
        ) > 1 as is_repeated
    from requested
),

-- Each request opens something to wait for, once, and the first refusal or expiry that names it closes it again.
counted as (
    select
        *,
        case
            when consent_status = 'pending' and (request_id is null or not is_repeated) then 1
            when consent_status is null and request_id is not null and was_requested and not is_repeated then -1
            else 0
        end as opened_requests
    from repeated
),

summed as (
    select
        *,
        sum(opened_requests) over so_far as open_requests,
        count(case when is_decision then 1 end) over so_far as decisions
    from counted
    window so_far as (
        partition by consent_key order by change_number rows between unbounded preceding and current row
    )
),

-- The last decision holds; as long as there was none, open requests do.
held as (
    select
        *,
        case
            when decisions > 0
                then max(case when is_decision then consent_status end) over (partition by consent_key, decisions)
            when open_requests > 0 then 'pending'
        end as held_status,
        lead(occurred_at) over (partition by consent_key order by change_number) as next_change_at
    from summed
),

-- Of several changes at one moment only the last leaves a trace, or there would be periods without length.
moments as (
    select
        *,
        lag(held_status) over (partition by consent_key order by change_number) as status_before
    from held
    where next_change_at is distinct from occurred_at
),

periods as (
    select
        *,
        lead(occurred_at) over (partition by consent_key order by change_number) as valid_to
    from moments
    where held_status is distinct from status_before
),

purposes as (
    select * from {{ ref("int_dataverse__purposes") }}
),

final as (
    select
        {{ surrogate_key(["periods.consent_key", "periods.occurred_at"]) }} as consent_status_key,
        periods.consent_key,
        periods.organization_id,
        periods.profile_key,
        periods.profile_type,
        periods.profile_id,
        periods.contact_point,
        periods.contact_point_key,
        periods.contact_point_type,
        periods.consent_scope,
        periods.consent_scope_id,
        periods.purpose_id,
        coalesce(purposes.purpose_name, periods.purpose_name) as purpose_name,
        periods.topic_id,
        periods.topic_name,
        periods.held_status as consent_status,
        periods.change_type,
        periods.interaction_type,
        periods.interaction_key,
        periods.occurred_at as valid_from,
        periods.valid_to,
        periods.valid_to is null as is_current
    from periods
    left join purposes
        on periods.purpose_id = purposes.purpose_id
    where periods.held_status is not null
)

select * from final
