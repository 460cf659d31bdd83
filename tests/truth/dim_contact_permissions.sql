-- Each subject's decisions in the order of time; for each scope the last that is about it holds, and at one moment the
-- strictest.
with used as (
    select organization_id, channel, md5(lower(contact_point)) as point, profile_type, profile_id
    from messages
    where contact_point is not null
    union all
    select
        organization_id, case when interaction_type = 'SmsReceived' then 'sms' else 'email' end,
        md5(lower(contact_point)), profile_type, profile_id
    from consent_changes
    where contact_point is not null
),

recorded as (
    select * from contact_point_consents
    where not is_deleted
),

points as (
    select distinct organization_id, channel, point from used
    union all
    select distinct null, contact_point_type, contact_point_key
    from recorded
    where contact_point_key not in (select point from used)
),

contacts as (
    select
        known.organization_id,
        md5(concat_ws(chr(31), known.organization_id, 'contact', known.profile_id)) as who,
        coalesce(profiles.is_do_not_email, false) as no_mail,
        coalesce(profiles.is_do_not_email or profiles.is_do_not_bulk_email, false) as no_bulk
    from warehouse.marts.dim_profiles as known
    inner join profiles on profiles.profile_type = 'contact' and known.profile_id = profiles.profile_id
    where known.profile_type = 'contact' and not profiles.is_deleted
),

people as (
    select distinct
        organization_id, point, md5(concat_ws(chr(31), organization_id, profile_type, profile_id)) as who
    from used
    where channel = 'email' and profile_id is not null
),

flags as (
    select
        people.organization_id, people.point, null as who,
        bool_and(coalesce(contacts.no_mail, false)) as no_mail, bool_and(coalesce(contacts.no_bulk, false)) as no_bulk
    from people
    left join contacts using (who)
    group by people.organization_id, people.point
    union all
    select organization_id, null, who, no_mail, no_bulk from contacts
),

decisions as (
    select
        organization_id,
        case when interaction_type = 'SmsReceived' then 'sms' else 'email' end as channel,
        md5(lower(contact_point)) as point,
        case when contact_point is null then md5(concat_ws(chr(31), organization_id, profile_type, profile_id)) end as who,
        coalesce(purpose_id, lower(purpose_name)) as purpose,
        topic_id as topic,
        consent_status as status,
        'event' as told_by,
        occurred_at as moment
    from consent_changes
    where
        consent_status in ('opted_in', 'opted_out')
        and not regexp_matches(interaction_type, '^(Segment|Form|ConfirmableForm)')
        and (
            coalesce(purpose_id, purpose_name) is not null or consent_status = 'opted_out'
            or interaction_type = 'SmsReceived'
        )
        and (contact_point is not null or profile_id is not null)
    union all
    select
        points.organization_id, points.channel, points.point, null, purpose_id, topic_id, consent_status, 'record',
        changed_at::timestamp
    from recorded
    inner join points on recorded.contact_point_key = points.point and recorded.contact_point_type = points.channel
),

subjects as (
    select organization_id, channel, point, null as who from points
    union
    select organization_id, channel, null, who from decisions where who is not null
    union
    select organization_id, 'email', null, who
    from contacts
    where no_bulk and who not in (select who from people)
),

scopes as (
    select null as purpose, null as topic
    union
    select purpose_id, null from purposes
    union
    select purpose_id, topic_id from purposes
),

stories as (
    select
        organization_id, channel, point, who,
        list(
            {'purpose': purpose, 'topic': topic, 'status': nullif(status, 'not_set'), 'told_by': told_by, 'moment': moment}
            order by moment, case status when 'opted_out' then 2 when 'opted_in' then 1 else 0 end, told_by desc
        ) as story
    from decisions
    group by organization_id, channel, point, who
),

asked as (
    select subjects.*, scopes.* from subjects cross join scopes
    union
    select organization_id, channel, point, who, purpose, topic
    from decisions
    where purpose is not null and purpose not in (select purpose_id from purposes)
),

told as (
    select
        asked.*,
        case when asked.topic is null and asked.purpose is null then null
            when asked.channel = 'email' then kinds.email_model
            when asked.channel = 'sms' then coalesce(kinds.sms_model, 'restrictive')
            when asked.channel = 'voice' then coalesce(kinds.voice_model, 'restrictive')
            else 'restrictive'
        end as model,
        kinds.purpose_type,
        case when asked.channel = 'email' then flags.no_mail end as no_mail,
        case when asked.channel = 'email' then flags.no_bulk end as no_bulk,
        list_filter(stories.story, lambda told: told.purpose is null and told.topic is null)[-1] as about_all,
        list_filter(stories.story, lambda told: told.purpose = asked.purpose and told.topic is null)[-1] as own,
        list_filter(stories.story, lambda told: told.topic = asked.topic)[-1] as about_topic
    from asked
    left join (select distinct on (purpose_id) * from purposes) as kinds on asked.purpose = kinds.purpose_id
    left join stories
        on
            asked.organization_id is not distinct from stories.organization_id and asked.channel = stories.channel
            and asked.point is not distinct from stories.point and asked.who is not distinct from stories.who
    left join flags
        on
            asked.organization_id is not distinct from flags.organization_id
            and asked.point is not distinct from flags.point and asked.who is not distinct from flags.who
),

weighed as (
    select
        *,
        case
            when own.status is null then about_all
            when about_all is null or own.moment > about_all.moment then own
            when own.moment = about_all.moment and about_all.status = 'opted_in' then own
            else about_all
        end as last_word,
        case
            when purpose is null and topic is null then coalesce(no_mail, false)
            when purpose_type = 'tracking' then false
            when purpose_type = 'transactional' then coalesce(no_mail, false)
            else coalesce(no_bulk, false)
        end as is_flagged
    from told
),

-- What the purpose allows, then what is left of it for the topic.
judged as (
    select
        *,
        case
            when is_flagged then {'may': false, 'by': 'do_not_flag', 'moment': null::timestamp}
            when model = 'disabled' then {'may': true, 'by': 'enforcement_model', 'moment': null}
            when last_word.status is not null
                then {'may': last_word.status = 'opted_in', 'by': last_word.told_by, 'moment': last_word.moment}
            when model is not null then {'may': model = 'non_restrictive', 'by': 'enforcement_model', 'moment': null}
        end as of_purpose,
        case
            when about_topic.status is not null
                then {'may': about_topic.status = 'opted_in', 'by': about_topic.told_by, 'moment': about_topic.moment}
            when model is not null then {'may': model = 'non_restrictive', 'by': 'enforcement_model', 'moment': null}
        end as of_topic
    from weighed
),

final as (
    select
        *,
        case
            when topic is null or is_flagged or model = 'disabled' or not of_purpose.may then of_purpose
            when of_purpose is null and of_topic.may then null
            else of_topic
        end as verdict
    from judged
)

select
    organization_id,
    channel,
    point as contact_point_key,
    who as profile_key,
    purpose as purpose_id,
    topic as topic_id,
    model as enforcement_model,
    verdict.may as may_contact,
    verdict.by as decided_by,
    verdict.moment as decided_at
from final
