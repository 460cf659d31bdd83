-- step means journey_step_name
-- step_number means step_order
-- $journey_version: null means all. Steps, their order and how long people stay are of all time, the latter of the version
-- most come through.
with funnel as (
    select
        funnel.step_key,
        funnel.journey_step_id,
        funnel.journey_version,
        funnel.inflow as inflow_of_all_time,
        funnel.median_step_number,
        funnel.median_dwell_seconds,
        funnel.p90_dwell_seconds
    from marts.agg_journey_funnel as funnel
    where
        {{ of_the_journey("funnel") }}
        and ($journey_version::varchar is null or funnel.journey_version = $journey_version)
),

reasons as (
    select
        outcomes.step_key,
        outcomes.journey_version,
        outcomes.step_outcome,
        outcomes.drop_off_type,
        outcomes.drop_off_reason,
        sum(outcomes.steps)::bigint as steps
    from marts.agg_journey_step_outcomes_daily as outcomes
    where outcomes.journey_key = $journey_key and {{ in_period("outcomes.run_date") }}
    group by all
),

outcomes as (
    select
        step_key,
        journey_version,
        sum(steps)::bigint as inflow,
        {% for outcome in ["processed", "dropped_off", "failed", "postponed", "in_progress"] %}
        coalesce(sum(steps) filter (where step_outcome = '{{ outcome }}'), 0)::bigint as {{ outcome }},
        {% endfor %}
    from reasons
    group by step_key, journey_version
),

entered as (
    select
        runs.journey_version,
        sum(runs.entered)::bigint as entered
    from marts.agg_journey_outcomes_daily as runs
    where runs.journey_key = $journey_key and {{ in_period("runs.run_date") }}
    group by runs.journey_version
),

counted as (
    select
        funnel.step_key,
        funnel.journey_step_id,
        arg_max(funnel.median_step_number, funnel.inflow_of_all_time) as median_step_number,
        {% for count in ["inflow", "processed", "dropped_off", "failed", "postponed", "in_progress"] %}
        coalesce(sum(outcomes.{{ count }}), 0)::bigint as {{ count }},
        {% endfor %}
        {{ rate("coalesce(sum(outcomes.inflow), 0)", "sum(entered.entered)") }} as reach_rate,
        {{ rate("sum(outcomes.processed)", "sum(outcomes.inflow)") }} as processed_rate,
        {{ rate("sum(outcomes.dropped_off)", "sum(outcomes.inflow)") }} as drop_off_rate,
        arg_max(funnel.median_dwell_seconds, funnel.inflow_of_all_time) as median_dwell_seconds,
        arg_max(funnel.p90_dwell_seconds, funnel.inflow_of_all_time) as p90_dwell_seconds
    from funnel
    left join entered
        on funnel.journey_version is not distinct from entered.journey_version
    left join outcomes
        on
            funnel.step_key = outcomes.step_key
            and funnel.journey_version is not distinct from outcomes.journey_version
    where entered.entered > 0 or outcomes.inflow > 0
    group by funnel.step_key, funnel.journey_step_id
),

top_reasons as (
    select
        step_key,
        first(
            coalesce(drop_off_reason, drop_off_type) order by steps desc, drop_off_type nulls last, drop_off_reason nulls last
        ) as top_drop_off_reason
    from (
        select
            step_key,
            drop_off_type,
            drop_off_reason,
            sum(steps) as steps
        from reasons
        where
            step_outcome = 'dropped_off'
            and ($journey_version::varchar is null or journey_version = $journey_version)
        group by step_key, drop_off_type, drop_off_reason
    ) as sums
    group by step_key
)

select
    row_number() over (order by coalesce(steps.step_order, counted.median_step_number), counted.inflow desc)
        as step_number,
    {{ step_label("steps", "counted.journey_step_id") }} as step,
    steps.step_type,
    counted.* exclude (step_key, median_step_number),
    top_reasons.top_drop_off_reason
from counted
left join top_reasons using (step_key)
left join marts.dim_journey_steps as steps using (step_key)
order by step_number
