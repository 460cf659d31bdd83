-- unique_opens means opened
-- unique_clicks means clicked
-- $window_days: 7 or 30.
with pressure as (
    select
        * exclude (opened, clicked),
        opened as unique_opens,
        clicked as unique_clicks
    from marts.agg_contact_pressure
    where window_days = $window_days
)

select
    pressure.pressure_band,
    pressure.least_messages,
    {{ metrics([
        "sent", "delivered", "unique_opens", "unique_clicks", "unsubscribes", "spam_reports", "open_rate", "click_rate",
        "unsubscribe_rate", "spam_rate",
    ]) }}
from pressure
inner join marts.dim_channels using (channel)
where
    {{ chosen("organizations", "pressure.organization_id") }}
    and {{ chosen("channels", "pressure.channel") }}
    and {{ chosen("units", "pressure.business_unit_id") }}
group by pressure.pressure_band, pressure.least_messages
order by pressure.least_messages
