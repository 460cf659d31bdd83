{#-
    Every run that is known by events of its own or by its steps alone, as those of outbound marketing are: whoever stands at
    a step has entered. Returns: a select of journey_run_key, organization_id, journey_id, journey_version, journey_run_id,
    profile_key, the outcomes of fct_journey_runs (null where there are steps alone), has_entered, came_at (when the person
    entered, else what is known of the run's beginning), and run_date: the day, in report_timezone, of the inflow, else of the
    entry, else of that into the first step; null where none is known.
-#}
{% macro all_runs() -%}
    select
        coalesce(runs.journey_run_key, first_steps.journey_run_key) as journey_run_key,
        coalesce(runs.organization_id, first_steps.organization_id) as organization_id,
        coalesce(runs.journey_id, first_steps.journey_id) as journey_id,
        coalesce(runs.journey_version, first_steps.journey_version) as journey_version,
        coalesce(runs.journey_run_id, first_steps.journey_run_id) as journey_run_id,
        coalesce(runs.profile_key, first_steps.profile_key) as profile_key,
        coalesce(runs.entered_at, runs.inflow_at, first_steps.entered_at, first_steps.last_event_at) as came_at,
        {{ report_date("coalesce(runs.inflow_at, runs.entered_at, first_steps.entered_at)") }} as run_date,
        coalesce(runs.entry_outcome = 'entered', false) or first_steps.journey_run_key is not null as has_entered,
        runs.entry_outcome,
        runs.run_outcome,
        runs.exit_reason
    from {{ ref("fct_journey_runs") }} as runs
    full outer join (
        select
            *,
            {{ surrogate_key(run_grain()) }} as journey_run_key
        from {{ ref("fct_journey_steps") }}
        where step_number = 1
    ) as first_steps
        on runs.journey_run_key = first_steps.journey_run_key
{%- endmacro %}

{#- How a run ended, by its run_outcome; where the person never entered, by entry_outcome. Returns: SQL over both. -#}
{% macro outcome_of_a_run() -%}
    case
        when run_outcome is not null then run_outcome
        when entry_outcome = 'failed' then 'entry_failed'
        else entry_outcome
    end
{%- endmacro %}
