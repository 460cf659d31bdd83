{%- set naming_order = ["last_interaction_at", "segment_name"] -%}

with changes as (
    select
        organization_id,
        segment_id,
        cast(null as string) as segment_name,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions,
        count(*) filter (where change_type = 'subscribed') as subscriptions,
        count(*) filter (where change_type = 'unsubscribed') as unsubscriptions,
        {{ last_by("members", ["occurred_at", "members"], "members is not null") }} as members,
        max(occurred_at) filter (where members is not null) as members_counted_at
    from {{ ref("fct_segment_changes") }}
    where segment_id is not null
    group by organization_id, segment_id
),

journeys as (
    -- By name as well, so that the few names of a segment are put in order and not its many events.
    select
        organization_id,
        segment_id,
        segment_name,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from {{ ref("int_journey__interactions") }}
    where segment_id is not null
    group by organization_id, segment_id, segment_name
),

combined as (
    select * from changes
    union all
    select
        *,
        0 as subscriptions,
        0 as unsubscriptions,
        cast(null as bigint) as members,
        cast(null as timestamp) as members_counted_at
    from journeys
),

segments as (
    select
        {{ entity_key("segment_id") }} as segment_key,
        organization_id,
        segment_id,
        {{ last_by("segment_name", naming_order, "segment_name is not null") }} as segment_name,
        max(members) as members,
        max(members_counted_at) as members_counted_at,
        cast(sum(subscriptions) as bigint) as subscriptions,
        cast(sum(unsubscriptions) as bigint) as unsubscriptions,
        min(first_interaction_at) as first_interaction_at,
        max(last_interaction_at) as last_interaction_at,
        cast(sum(interactions) as bigint) as interactions
    from combined
    group by organization_id, segment_id
),

records as (
    select * from {{ ref("int_dataverse__segments") }}
),

final as (
    select
        segments.segment_key,
        segments.organization_id,
        segments.segment_id,
        coalesce(records.segment_name, segments.segment_name) as segment_name,
        records.segment_type,
        records.segment_status,
        records.created_at,
        records.changed_at,
        records.is_deleted,
        segments.members,
        segments.members_counted_at,
        segments.subscriptions,
        segments.unsubscriptions,
        segments.first_interaction_at,
        segments.last_interaction_at,
        segments.interactions
    from segments
    left join records
        on segments.segment_id = records.segment_id
)

select * from final
