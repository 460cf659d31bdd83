select
    channel_rates.channel,
    channel_names.channel_name,
    channel_rates.has_delivery_rate,
    channel_rates.has_open_rate,
    channel_rates.has_click_rate,
    channel_rates.has_click_to_open_rate,
    channel_rates.has_engagement_rate,
    channel_rates.has_response_rate,
    channel_rates.has_bounce_rate,
    channel_rates.has_hard_bounce_rate,
    channel_rates.has_soft_bounce_rate,
    channel_rates.has_spam_rate,
    channel_rates.has_unsubscribe_rate
from {{ ref("channel_rates") }} as channel_rates
left join {{ ref("channel_names") }} as channel_names
    on channel_rates.channel = channel_names.raw_channel
