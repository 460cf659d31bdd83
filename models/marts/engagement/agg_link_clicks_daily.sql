{%- set grain = ["attempt_date", "link_key"] -%}

-- Each message in which the link was clicked is there once, so that further on rows are counted.
with clicked as (
    select
        link_key,
        engagement_key,
        count(*) filter (where not is_bot) as clicks,
        count(*) filter (where is_bot) as bot_clicks
    from {{ ref("fct_link_clicks") }}
    group by link_key, engagement_key
),

messages as (
    select
        engagement_key,
        {{ report_date("attempted_at") }} as attempt_date,
        was_delivered and was_clicked as has_unique_click
    from {{ ref("fct_channel_engagement") }}
    where was_clicked or was_bot_clicked
),

counted as (
    select
        messages.attempt_date,
        clicked.link_key,
        cast(sum(clicked.clicks) as bigint) as clicks,
        count(*) filter (where clicked.clicks > 0 and messages.has_unique_click) as unique_clicks,
        cast(sum(clicked.bot_clicks) as bigint) as bot_clicks
    from clicked
    left join messages
        on clicked.engagement_key = messages.engagement_key
    group by messages.attempt_date, clicked.link_key
)

select
    {{ surrogate_key(grain) }} as link_clicks_daily_key,
    *
from counted
