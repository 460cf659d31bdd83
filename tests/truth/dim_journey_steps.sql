-- Which steps events name is for the oracle to say; here it is about what designs make of them, and about steps that
-- nobody has come to.
with seen as (
    select organization_id, journey_id, journey_step_id, message_id, parent_step_id, interactions
    from warehouse.marts.dim_journey_steps
    where interactions > 0
),

unseen as (
    select
        journeys.organization_id,
        designs.journey_id,
        designs.journey_step_id,
        designs.message_id,
        designs.parent_step_id,
        cast(0 as bigint) as interactions
    from journey_steps as designs
    inner join warehouse.marts.dim_journeys as journeys on designs.journey_id = journeys.journey_id
    where
        designs.is_seen_only is not true
        and not exists (
            select *
            from seen
            where seen.journey_id = designs.journey_id and seen.journey_step_id = designs.journey_step_id
        )
)

select
    steps.organization_id,
    steps.journey_id,
    steps.journey_step_id,
    coalesce(designs.parent_step_id, steps.parent_step_id) as parent_step_id,
    designs.step_type,
    coalesce(designs.stated_name, names.record_name) as journey_step_name,
    designs.branch_label,
    designs.step_order,
    steps.interactions
from (select * from seen union all select * from unseen) as steps
left join journey_steps as designs
    on steps.journey_id = designs.journey_id and steps.journey_step_id = designs.journey_step_id
left join names
    on names.record_type = 'message' and steps.message_id = names.record_id
