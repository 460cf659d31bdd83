-- Which journeys there are is for the oracle to say; here it is about what they are called and meant for.
select
    journeys.journey_id,
    names.record_name as journey_name,
    names.record_state as journey_state,
    names.is_deleted,
    designs.base_version_journey_id,
    designs.journey_version_number,
    designs.goal_name,
    designs.goal_target,
    designs.goal_target_unit,
    (
        select cast(max(cast(runs.journey_version as integer)) as varchar)
        from runs
        where runs.journey_id = journeys.journey_id
    ) as journey_version
from warehouse.marts.dim_journeys as journeys
left join names on names.record_type = 'journey' and journeys.journey_id = names.record_id
left join journey_designs as designs on journeys.journey_id = designs.journey_id
