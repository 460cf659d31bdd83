-- step means journey_step_name
-- step_number means step_order
-- $journey_version: null means all; then the medians and what most leave for are those of the version most come through.
with funnel as (
    select
        funnel.step_key,
        funnel.journey_step_id,
        arg_max(funnel.median_step_number, funnel.inflow) as median_step_number,
        sum(funnel.inflow)::bigint as inflow,
        sum(funnel.processed)::bigint as processed,
        sum(funnel.dropped_off)::bigint as dropped_off,
        sum(funnel.failed)::bigint as failed,
        sum(funnel.postponed)::bigint as postponed,
        sum(funnel.in_progress)::bigint as in_progress,
        {{ rate("sum(funnel.inflow)", "sum(funnel.journey_entered_runs)") }} as reach_rate,
        {{ rate("sum(funnel.processed)", "sum(funnel.inflow)") }} as processed_rate,
        {{ rate("sum(funnel.dropped_off)", "sum(funnel.inflow)") }} as drop_off_rate,
        arg_max(coalesce(funnel.top_drop_off_reason, funnel.top_drop_off_type), funnel.top_drop_offs)
            as top_drop_off_reason,
        arg_max(funnel.median_dwell_seconds, funnel.inflow) as median_dwell_seconds,
        arg_max(funnel.p90_dwell_seconds, funnel.inflow) as p90_dwell_seconds
    from marts.agg_journey_funnel as funnel
    where
        {{ of_the_journey("funnel") }}
        and ($journey_version::varchar is null or funnel.journey_version = $journey_version)
    group by funnel.step_key, funnel.journey_step_id
)

select
    row_number() over (order by coalesce(steps.step_order, funnel.median_step_number), funnel.inflow desc) as step_number,
    {{ step_label("steps", "funnel.journey_step_id") }} as step,
    steps.step_type,
    funnel.* exclude (step_key, median_step_number)
from funnel
left join marts.dim_journey_steps as steps using (step_key)
order by step_number
