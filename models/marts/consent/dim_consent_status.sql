with consent_changes as (
    select * from {{ ref("fct_consent_changes") }}
),

purposes as (
    select * from {{ ref("int_dataverse__purposes") }}
),

-- What can be dated and belongs to somebody; answers that don't tell anything change nothing. Whose address it is
-- doesn't matter: the person counts only where no contact point is known. A request without an id goes by its own key,
-- so that no answer can name it.
changes as (
    select
        *,
        {{ surrogate_key([
            "organization_id", "contact_point_type", "contact_point_key",
            "case when contact_point_key is null then profile_key end", "consent_scope", "consent_scope_id",
        ]) }} as consent_key,
        coalesce(confirmation_request_id, form_submission_id, interaction_key) as request_id,
        case when consent_status in ('opted_in', 'opted_out') then consent_status end as decision,
        case consent_status when 'pending' then 1 when 'opted_in' then 3 when 'opted_out' then 4 else 2 end as weight
    from consent_changes
    where
        occurred_at is not null
        and coalesce(profile_key, contact_point_key) is not null
        and (consent_status is not null or change_type in ('expired', 'declined'))
),

numbered as (
    select
        *,
        row_number() over (partition by consent_key order by occurred_at, weight, interaction_key) as change_number
    from changes
),

-- Asking again under the same id opens nothing more to wait for.
requests as (
    select
        consent_key,
        request_id,
        min(change_number) as change_number
    from numbered
    where consent_status = 'pending'
    group by consent_key, request_id
),

-- The first refusal or expiry after a request closes it; what comes before it is not its end.
refusals as (
    select
        numbered.consent_key,
        numbered.request_id,
        min(numbered.change_number) as change_number
    from numbered
    inner join requests
        on
            numbered.consent_key = requests.consent_key
            and numbered.request_id = requests.request_id
            and numbered.change_number > requests.change_number
    where numbered.consent_status is null
    group by numbered.consent_key, numbered.request_id
),

waits as (
    select
        consent_key,
        change_number,
        1 as opened_requests
    from requests
    union all
    select
        consent_key,
        change_number,
        -1 as opened_requests
    from refusals
),

so_far as (
    select
        numbered.*,
        {{ last_known("numbered.decision") }} over up_to_here as last_decision,
        sum(waits.opened_requests) over up_to_here as open_requests,
        lead(numbered.occurred_at) over in_order as next_change_at
    from numbered
    left join waits
        on
            numbered.consent_key = waits.consent_key
            and numbered.change_number = waits.change_number
    window
        in_order as (partition by numbered.consent_key order by numbered.change_number),
        up_to_here as (
            partition by numbered.consent_key order by numbered.change_number
            rows between unbounded preceding and current row
        )
),

-- The last decision holds; as long as there was none, open requests do.
held as (
    select
        *,
        case when last_decision is null and open_requests > 0 then 'pending' else last_decision end as held_status
    from so_far
),

-- Of several changes at one moment only the last leaves a trace, or there would be periods without length.
moments as (
    select
        *,
        lag(held_status) over (partition by consent_key order by change_number) as status_before
    from held
    where next_change_at is distinct from occurred_at
),

-- Also those in which nothing holds, as they end the ones before them.
periods as (
    select
        *,
        lead(occurred_at) over (partition by consent_key order by change_number) as valid_to
    from moments
    where held_status is distinct from status_before
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
