-- A clock that went wrong may have written days to come.
select max(attempt_date) as last_day
from marts.agg_channel_engagement_daily
where attempt_date <= current_date
