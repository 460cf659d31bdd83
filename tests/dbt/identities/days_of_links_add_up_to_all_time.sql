-- A link has the clicks of its days, whatever day its messages are of.
with by_day as (
    select
        link_key,
        sum(clicks) as clicks,
        sum(unique_clicks) as unique_clicks,
        sum(bot_clicks) as bot_clicks
    from {{ ref("agg_link_clicks_daily") }}
    group by link_key
)

select all_time.link_key
from {{ ref("agg_link_clicks") }} as all_time
full outer join by_day
    on all_time.link_key = by_day.link_key
where
    all_time.clicks is distinct from by_day.clicks
    or all_time.unique_clicks is distinct from by_day.unique_clicks
    or all_time.bot_clicks is distinct from by_day.bot_clicks
