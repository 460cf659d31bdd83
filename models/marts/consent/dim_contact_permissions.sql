-- Whether each contact point may be contacted, channel by channel and purpose by purpose. A subject is a contact
-- point, or a person of whom a decision or a do-not flag is known and no contact point.
{%- set subject = ["organization_id", "channel", "contact_point_key", "profile_key"] %}
{%- set checks_flags = var("do_not_email_is_checked") %}

with points as (
    select * from {{ ref("dim_contact_points") }}
),

people as (
    select * from {{ ref("dim_contact_point_people") }}
),

consents as (
    select * from {{ ref("dim_contact_point_consents") }}
    where not is_deleted and coalesce(purpose_id, topic_id) is not null
),

purposes as (
    select * from {{ ref("int_dataverse__purposes") }}
),

topics as (
    select * from {{ ref("int_dataverse__topics") }}
),

used_points as (
    {%- for channel in ["email", "sms", "voice", "custom"] %}
        select
            organization_id,
            '{{ channel }}' as channel,
            contact_point_key
        from points
        where is_{{ channel }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- A decision without a purpose is one about all of them, save an opt-in to who knows what: only a text opts in to all.
decisions as (
    select
        organization_id,
        coalesce(contact_point_type, 'email') as channel,
        contact_point_key,
        case when contact_point_key is null then profile_key end as profile_key,
        case when consent_scope = 'purpose' then consent_scope_id else purpose_id end as purpose_id,
        topic_id,
        consent_status,
        'event' as decided_by,
        occurred_at as decided_at,
        consent_reason,
        consent_source
    from {{ ref("fct_consent_changes") }}
    where
        consent_status in ('opted_in', 'opted_out')
        and consent_scope in ('all', 'purpose', 'topic')
        and (consent_scope != 'all' or consent_status = 'opted_out' or contact_point_type = 'sms')
        and occurred_at is not null
        and coalesce(contact_point_key, profile_key) is not null
    union all
    select
        used_points.organization_id,
        used_points.channel,
        used_points.contact_point_key,
        cast(null as string) as profile_key,
        consents.purpose_id,
        consents.topic_id,
        nullif(consents.consent_status, 'not_set') as consent_status,
        'record' as decided_by,
        consents.changed_at as decided_at,
        consents.consent_reason,
        consents.consent_source
    from consents
    inner join used_points
        on
            consents.contact_point_key = used_points.contact_point_key
            and consents.contact_point_type = used_points.channel
),

-- A topic belongs to the one purpose that its own record names.
placed as (
    select
        {{ qualified(subject, "decisions") | join(", ") }},
        coalesce(topics.purpose_id, decisions.purpose_id) as purpose_id,
        decisions.topic_id,
        decisions.consent_status,
        decisions.decided_by,
        decisions.decided_at,
        decisions.consent_reason,
        decisions.consent_source
    from decisions
    left join topics
        on decisions.topic_id = topics.topic_id
),

-- The last decision holds; at one moment an opt-out counts before an opt-in, and that before a record that says
-- neither.
ranked as (
    select
        *,
        row_number() over (
            partition by {{ subject | join(", ") }}, coalesce(topic_id, purpose_id), topic_id is null
            order by
                decided_at desc,
                case consent_status when 'opted_out' then 1 when 'opted_in' then 2 else 3 end asc,
                decided_by asc,
                purpose_id asc nulls last,
                consent_reason asc nulls last,
                consent_source asc nulls last
        ) as row_number
    from placed
),

latest as (
    select * from ranked
    where row_number = 1
),

about_all as (
    select * from latest
    where purpose_id is null and topic_id is null
),

about_purposes as (
    select * from latest
    where purpose_id is not null and topic_id is null and consent_status is not null
),

about_topics as (
    select * from latest
    where topic_id is not null and consent_status is not null
),

contacts as (
    select * from {{ ref("dim_profiles") }}
    where {{ "profile_type = 'contact' and not is_deleted" if checks_flags else "false" }}
),

flags as (
    select
        organization_id,
        channel,
        contact_point_key,
        cast(null as string) as profile_key,
        count(case when is_do_not_email then 1 end) = count(*) as is_do_not_email,
        count(case when is_do_not_email or is_do_not_bulk_email then 1 end) = count(*) as is_do_not_bulk_email
    from people
    where channel = 'email' and profile_key is not null and {{ "true" if checks_flags else "false" }}
    group by organization_id, channel, contact_point_key
    union all
    select
        organization_id,
        'email' as channel,
        cast(null as string) as contact_point_key,
        profile_key,
        coalesce(is_do_not_email, false) as is_do_not_email,
        coalesce(is_do_not_email, false) or coalesce(is_do_not_bulk_email, false) as is_do_not_bulk_email
    from contacts
),

subjects as (
    select
        organization_id,
        channel,
        contact_point_key,
        cast(null as string) as profile_key
    from used_points
    union all
    select distinct {{ subject | join(", ") }}
    from decisions
    where contact_point_key is null
    union
    select
        organization_id,
        'email' as channel,
        cast(null as string) as contact_point_key,
        profile_key
    from contacts
    where
        (is_do_not_email or is_do_not_bulk_email)
        and profile_key not in (
            select people.profile_key
            from people
            where people.channel = 'email' and people.profile_key is not null
        )
),

scopes as (
    select
        cast(null as string) as purpose_id,
        cast(null as string) as topic_id
    union all
    select
        purpose_id,
        cast(null as string) as topic_id
    from purposes
    where not is_deleted
    union all
    select
        purpose_id,
        topic_id
    from topics
    where not is_deleted
),

asked as (
    select
        subjects.*,
        scopes.purpose_id,
        scopes.topic_id
    from subjects
    cross join scopes
    union all
    select
        {{ subject | join(", ") }},
        purpose_id,
        topic_id
    from latest
    where
        coalesce(topic_id, purpose_id, '') not in (
            select coalesce(scopes.topic_id, scopes.purpose_id, '')
            from scopes
        )
),

joined as (
    select
        asked.*,
        purposes.purpose_name,
        purposes.purpose_type,
        topics.topic_name,
        case when asked.purpose_id is not null then {{ enforcement_model("asked.channel", "purposes") }} end
            as enforcement_model,
        case
            when asked.topic_id is null and asked.purpose_id is null then flags.is_do_not_email
            when purposes.purpose_type = 'tracking' then false
            when purposes.purpose_type = 'transactional' then flags.is_do_not_email
            else flags.is_do_not_bulk_email
        end as is_flagged,
        -- Which of two decisions about the purpose came last, the one about it or the one about all.
        about_all.decided_at is not null
        and (
            about_purposes.decided_at is null
            or about_all.decided_at > about_purposes.decided_at
            or (about_all.decided_at = about_purposes.decided_at and about_all.consent_status = 'opted_out')
        ) as is_all_latest,
        about_all.consent_status as all_status,
        about_all.decided_by as all_decided_by,
        about_all.decided_at as all_decided_at,
        about_all.consent_reason as all_reason,
        about_all.consent_source as all_source,
        about_purposes.consent_status as own_status,
        about_purposes.decided_by as own_decided_by,
        about_purposes.decided_at as own_decided_at,
        about_purposes.consent_reason as own_reason,
        about_purposes.consent_source as own_source,
        about_topics.consent_status as topic_status,
        about_topics.decided_by as topic_decided_by,
        about_topics.decided_at as topic_decided_at,
        about_topics.consent_reason as topic_reason,
        about_topics.consent_source as topic_source
    from asked
    left join purposes
        on asked.purpose_id = purposes.purpose_id
    left join topics
        on asked.topic_id = topics.topic_id
    {%- for decision, scope in {
        "flags": none, "about_all": none, "about_purposes": "purpose_id", "about_topics": "topic_id"
    }.items() %}
        left join {{ decision }}
            on
                {%- for column in subject %}
                    {{ "and " if not loop.first }}asked.{{ column }} is not distinct from {{ decision }}.{{ column }}
                {%- endfor %}
                {%- if scope %}
                    and asked.{{ scope }} = {{ decision }}.{{ scope }}
                {%- endif %}
    {%- endfor %}
),

by_purpose as (
    select
        *,
        case when is_all_latest then all_status else own_status end as purpose_status,
        case when is_all_latest then all_decided_by else own_decided_by end as purpose_decided_by,
        case when is_all_latest then all_decided_at else own_decided_at end as purpose_decided_at,
        case when is_all_latest then all_reason else own_reason end as purpose_reason,
        case when is_all_latest then all_source else own_source end as purpose_source
    from joined
),

-- What decides: a flag, a purpose that asks no consent, the purpose if it forbids, the topic if it has a decision,
-- and at last what the model makes of none.
deciding as (
    select
        *,
        case
            when is_flagged then 'do_not_flag'
            when enforcement_model = 'disabled' then 'no_check'
            when purpose_status = 'opted_out' then 'purpose'
            when purpose_status is null and enforcement_model = 'restrictive' then 'model_forbids'
            when topic_status = 'opted_out' then 'topic'
            when topic_id is null and purpose_status is not null then 'purpose'
            when topic_id is not null and purpose_status is null and enforcement_model is null then 'nothing'
            when topic_status is not null then 'topic'
            when enforcement_model = 'restrictive' then 'model_forbids'
            when enforcement_model = 'non_restrictive' then 'model_allows'
            else 'nothing'
        end as ground
    from by_purpose
),

final as (
    select
        {{ surrogate_key(subject + ["purpose_id", "topic_id"]) }} as contact_permission_key,
        {{ subject | join(", ") }},
        purpose_id,
        purpose_name,
        purpose_type,
        topic_id,
        topic_name,
        enforcement_model,
        case ground
            when 'do_not_flag' then false
            when 'no_check' then true
            when 'purpose' then purpose_status = 'opted_in'
            when 'topic' then topic_status = 'opted_in'
            when 'model_forbids' then false
            when 'model_allows' then true
        end as may_contact,
        case
            when ground = 'do_not_flag' then 'do_not_flag'
            when ground = 'purpose' then purpose_decided_by
            when ground = 'topic' then topic_decided_by
            when ground != 'nothing' then 'enforcement_model'
        end as decided_by,
        case ground when 'purpose' then purpose_decided_at when 'topic' then topic_decided_at end as decided_at,
        case ground when 'purpose' then purpose_reason when 'topic' then topic_reason end as consent_reason,
        case ground when 'purpose' then purpose_source when 'topic' then topic_source end as consent_source
    from deciding
)

select * from final
