with events as (
    select
        interactions.organization_id,
        interactions.occurred_at,
        coalesce(
            interaction_types.activity_kind, {{ lower_case(trimmed("interactions.deleted_entity_type")) }}
        ) as record_type,
        coalesce(interactions.deleted_contact_id, interactions.deleted_entity_id) as record_id,
        -- Without a record id nothing says that two events are about the same record.
        case
            when coalesce(interactions.deleted_contact_id, interactions.deleted_entity_id) is null
                then {{ interaction_key("interactions") }}
        end as lone_key
    from {{ ref("int_deletion__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
),

records as (
    select
        {{ surrogate_key(["organization_id", "record_type", "record_id", "lone_key"]) }} as deletion_key,
        organization_id,
        record_type,
        record_id,
        record_type as profile_type,
        record_id as profile_id,
        min(occurred_at) as deleted_at,
        count(*) as deletions
    from events
    group by organization_id, record_type, record_id, lone_key
),

profiles as (
    select * from {{ ref("dim_profiles") }}
),

final as (
    select
        records.deletion_key,
        records.organization_id,
        records.record_type,
        records.record_id,
        profiles.profile_key,
        records.deleted_at,
        records.deletions
    from records
        {{- join_survivors("records") }}
    left join profiles
        on
            records.organization_id is not distinct from profiles.organization_id
            and records.profile_type = profiles.profile_type
            and {{ surviving_profile_id("records") }} = profiles.profile_id
)

select * from final
