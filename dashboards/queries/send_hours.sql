select
    hours.iso_day_of_week,
    hours.hour_of_day,
    {{ metrics(["sent", "delivered", "unique_opens", "unique_clicks", "delivery_rate", "open_rate", "click_rate"]) }}
from marts.agg_send_hours_daily as hours
inner join marts.dim_channels using (channel)
-- The rates are those of marts.agg_send_hours.
where
    hours.iso_day_of_week is not null
    and {{ in_period("hours.attempt_date") }}
    and {{ chosen("organizations", "hours.organization_id") }}
    and {{ chosen("channels", "hours.channel") }}
    and {{ chosen("units", "hours.business_unit_id") }}
group by all
order by hours.iso_day_of_week, hours.hour_of_day
