{%- set grain = [
    "run_date", "organization_id", "journey_id", "journey_version", "transition_number", "from_step_id", "to_step_id",
] -%}

with transitions as (
    select
        *,
        {{ surrogate_key(run_grain()) }} as journey_run_key
    from {{ ref("fct_journey_transitions") }}
),

runs as (
    {{ all_runs() }}
),

steps as (
    select
        journey_step_key,
        journey_version
    from {{ ref("fct_journey_steps") }}
),

counted as (
    select
        runs.run_date,
        transitions.organization_id,
        transitions.journey_id,
        steps.journey_version,
        transitions.transition_number,
        transitions.from_step_id,
        transitions.to_step_id,
        min(transitions.business_unit_id) as business_unit_id,
        min(transitions.journey_engine) as journey_engine,
        count(*) as transitions,
        count(*) filter (where transitions.is_designed_route) as designed_transitions,
        {{ quantile("transitions.seconds_between", 0.5) }} as median_seconds_between
    from transitions
    inner join steps
        on transitions.to_journey_step_key = steps.journey_step_key
    inner join runs
        on transitions.journey_run_key = runs.journey_run_key
    group by
        runs.run_date,
        transitions.organization_id,
        transitions.journey_id,
        steps.journey_version,
        transitions.transition_number,
        transitions.from_step_id,
        transitions.to_step_id
)

select
    {{ surrogate_key(grain) }} as journey_route_key,
    {{ entity_key("journey_id") }} as journey_key,
    {{ surrogate_key(["organization_id", "journey_id", "from_step_id"]) }} as from_step_key,
    {{ surrogate_key(["organization_id", "journey_id", "to_step_id"]) }} as to_step_key,
    *
from counted
