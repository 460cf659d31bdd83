select
    'blocked_and_sent' as exception_type,
    organization_id, channel, journey_id, journey_run_id, journey_step_id, message_id, blocked_at as occurred_at
from messages
where sent_at is not null and blocked_at is not null
union all
select
    'delivered_without_send',
    organization_id, channel, journey_id, journey_run_id, journey_step_id, message_id, delivered_at
from messages
where delivered_at is not null and sent_at is null
union all
select
    'opened_without_delivery',
    organization_id, channel, journey_id, journey_run_id, journey_step_id, message_id, first_opened_at
from messages
where opens > 0 and delivered_at is null
union all
select
    'clicked_without_delivery',
    organization_id, channel, journey_id, journey_run_id, journey_step_id, message_id, first_clicked_at
from messages
where clicks > 0 and delivered_at is null
union all
select
    'processed_without_inflow',
    organization_id, null, journey_id, journey_run_id, journey_step_id, null, processed_at
from steps
where step_outcome = 'processed' and entered_at is null
union all
select
    'more_than_one_step_outcome',
    organization_id, null, journey_id, journey_run_id, journey_step_id, null, coalesce(processed_at, failed_at)
from steps
where len(list_filter([processed_at, failed_at, dropped_off_at], lambda ending: ending is not null)) > 1
union all
select
    exception_type,
    organization_id, channel, journey_id, journey_run_id, journey_step_id, message_id, occurred_at
from contradictions
