{%- set rates = [
    "send_rate", "delivery_rate", "open_rate", "click_rate", "click_to_open_rate", "blocked_rate",
    "consent_blocked_rate", "hard_bounce_rate", "soft_bounce_rate", "spam_rate", "unsubscribe_rate",
] -%}

select channel_engagement_daily_key
from {{ ref("agg_channel_engagement_daily") }}
where
    {% for rate in rates -%}
        {{ "or " if not loop.first }}not coalesce({{ rate }} between 0 and 1, true)
    {% endfor %}
