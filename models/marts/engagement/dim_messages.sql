with messages as (
    select
        message_id,
        min(channel) as channel,
        min(organization_id) as organization_id,
        min(business_unit_id) as business_unit_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from {{ ref("int_messages__events") }}
    where message_id is not null
    group by message_id
)

select
    message_id,
    channel,
    organization_id,
    business_unit_id,
    cast(null as varchar) as message_name,
    first_interaction_at,
    last_interaction_at,
    interactions
from messages
