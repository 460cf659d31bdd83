select
    transitions.journey_transition_key,
    {{ report_date("transitions.occurred_at") }} as transition_date,
    coalesce(dim_journeys.journey_name, transitions.journey_id) as journey,
    coalesce(from_steps.journey_step_name, transitions.from_step_id) as from_step,
    coalesce(to_steps.journey_step_name, transitions.to_step_id) as to_step,
    coalesce(dim_business_units.business_unit_name, transitions.business_unit_id) as business_unit,
    from_steps.step_type as from_step_type,
    to_steps.step_type as to_step_type,
    transitions.organization_id,
    transitions.business_unit_id,
    transitions.journey_engine,
    transitions.journey_id,
    transitions.journey_run_id,
    transitions.profile_key,
    transitions.profile_type,
    transitions.from_step_id,
    transitions.to_step_id,
    transitions.from_step_outcome,
    transitions.left_at,
    transitions.occurred_at,
    transitions.seconds_between,
    transitions.transition_number,
    transitions.is_designed_route
from {{ ref("fct_journey_transitions").include(database=false) }} as transitions
{{ join_name("dim_journeys", "transitions") }}
{{ join_name("dim_journey_steps", "transitions", {"journey_step_id": "from_step_id"}, "from_steps") }}
{{ join_name("dim_journey_steps", "transitions", {"journey_step_id": "to_step_id"}, "to_steps") }}
{{ join_name("dim_business_units", "transitions") }}
