-- period_start means attempt_date
-- $step: day, week or month.
with {{ counted_messages(day="date_trunc($step, messages.attempt_date)::date") }}

select
    period_start,
    {{ message_metrics() }}
from counted_messages
inner join marts.dim_channels using (channel)
where period_start is not null
group by period_start
order by period_start
