-- step means journey_step_name
select
    exits.exit_level,
    {{ step_label("steps", "exits.journey_step_id") }} as step,
    exits.exit_kind,
    coalesce(exits.exit_reason, exits.drop_off_type, 'no reason given') as exit_reason,
    sum(exits.exits)::bigint as exits
from marts.agg_journey_exits as exits
left join marts.dim_journey_steps as steps
    on
        exits.organization_id is not distinct from steps.organization_id
        and exits.journey_id = steps.journey_id
        and exits.journey_step_id = steps.journey_step_id
where exits.exit_level = $exit_level and {{ of_the_journey("exits") }}
group by all
order by exits desc, exits.exit_kind, exit_reason
limit 200
