-- Which messages there are is for the oracle to say; here it is about what they are called.
select
    messages.message_id,
    names.record_name as message_name,
    names.subject as message_subject,
    names.record_state as message_status,
    names.is_deleted
from warehouse.marts.dim_messages as messages
left join names on names.record_type = 'message' and messages.message_id = names.record_id
