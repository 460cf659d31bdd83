{%- set window_days = var("attribution_window_days") -%}

with interactions as (
    select * from {{ ref("int_outcome__interactions") }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

outcomes as (
    select interactions.*
    from interactions
    inner join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event = 'converted'
),

conversions as (
    select
        {{ interaction_key("outcomes") }} as interaction_key,
        outcomes.organization_id,
        outcomes.business_unit_id,
        outcomes.conversion_event_definition_id,
        outcomes.conversion_event_definition_name,
        {{ profile_key("outcomes") }} as profile_key,
        outcomes.profile_type,
        outcomes.profile_id,
        outcomes.occurred_at as converted_at,
        outcomes.arrived_at
    from outcomes
    {{- join_survivors("outcomes") }}
),

profiles as (
    select
        profile_key,
        person_key
    from {{ ref("dim_profiles") }}
),

-- Whoever is the same human being as the one who converted: the contact, and the leads that became it.
same_people as (
    select
        conversions.interaction_key,
        conversions.converted_at,
        conversions.organization_id,
        members.profile_key
    from conversions
    inner join profiles as converted
        on conversions.profile_key = converted.profile_key
    inner join profiles as members
        on converted.person_key = members.person_key
),

-- A test send persuades nobody.
messages as (
    select
        organization_id,
        profile_key,
        engagement_key,
        channel,
        journey_id,
        journey_step_id,
        message_id,
        delivered_at
    from {{ ref("fct_channel_engagement") }}
    where delivered_at is not null and not is_test_send
),

-- The inner join leaves the messages of converting people only, few of all; the windows below see no others.
touched as (
    select
        same_people.interaction_key,
        messages.engagement_key,
        messages.channel,
        messages.journey_id,
        messages.journey_step_id,
        messages.message_id,
        messages.delivered_at as touched_at,
        {{ seconds_between("messages.delivered_at", "same_people.converted_at") }} as seconds_to_conversion
    from same_people
    inner join messages
        on
            same_people.profile_key = messages.profile_key
            and same_people.organization_id is not distinct from messages.organization_id
    where
        {{ seconds_between("messages.delivered_at", "same_people.converted_at") }}
        between 0 and {{ window_days }} * 86400.0
),

numbered as (
    select
        *,
        count(*) over (partition by interaction_key) as touches,
        cast(
            row_number() over (partition by interaction_key order by touched_at, engagement_key) as bigint
        ) as touch_number
    from touched
),

methods as (
    select 'first_touch' as attribution_method
    union all
    select 'last_touch' as attribution_method
    union all
    select 'linear' as attribution_method
),

-- Which method gives credit to which touch. A plain filter, because a join on a condition like this one is slow.
chosen as (
    select
        methods.attribution_method,
        numbered.*
    from numbered
    cross join methods
    where
        (methods.attribution_method = 'first_touch' and numbered.touch_number = 1)
        or (methods.attribution_method = 'last_touch' and numbered.touch_number = numbered.touches)
        or methods.attribution_method = 'linear'
),

credited as (
    select
        conversions.*,
        methods.attribution_method,
        chosen.engagement_key,
        chosen.channel,
        chosen.journey_id,
        chosen.journey_step_id,
        chosen.message_id,
        chosen.touched_at,
        chosen.seconds_to_conversion,
        chosen.touch_number,
        coalesce(chosen.touches, 0) as touches
    from conversions
    cross join methods
    left join chosen
        on
            conversions.interaction_key = chosen.interaction_key
            and methods.attribution_method = chosen.attribution_method
),

final as (
    select
        {{ surrogate_key(["interaction_key", "attribution_method", "engagement_key"]) }} as conversion_credit_key,
        interaction_key,
        attribution_method,
        cast({{ window_days }} as bigint) as attribution_window_days,
        organization_id,
        business_unit_id,
        conversion_event_definition_id,
        conversion_event_definition_name,
        profile_key,
        profile_type,
        profile_id,
        converted_at,
        arrived_at,
        touches > 0 as is_attributed,
        engagement_key,
        channel,
        journey_id,
        journey_step_id,
        message_id,
        touched_at,
        touches,
        touch_number,
        seconds_to_conversion,
        case when attribution_method = 'linear' and touches > 0 then 1.0 / touches else cast(1 as double) end as credit
    from credited
)

select * from final
