with interactions as (
    {{ union_families(family_tables(), {
        "interaction_type": "varchar",
        "message_id": "varchar",
        "organization_id": "varchar",
        "business_unit_id": "varchar",
        "channel_definition_id": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

channel_names as (
    select * from {{ ref("channel_names") }}
),

-- Few rows leave here, so that naming the channel afterwards joins types, not events.
by_type as (
    select
        organization_id,
        message_id,
        interaction_type,
        min(business_unit_id) as business_unit_id,
        min(channel_definition_id) as channel_definition_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from interactions
    where message_id is not null
    group by organization_id, message_id, interaction_type
),

-- Steps, forms and surveys name the message too; only what happens to the message itself tells its channel.
messages as (
    select
        by_type.organization_id,
        by_type.message_id,
        min(case when interaction_types.message_event is not null then nullif(interaction_types.channel, 'none') end)
            as channel,
        min(by_type.business_unit_id) as business_unit_id,
        min(by_type.channel_definition_id) as channel_definition_id,
        min(by_type.first_interaction_at) as first_interaction_at,
        max(by_type.last_interaction_at) as last_interaction_at,
        cast(sum(by_type.interactions) as bigint) as interactions
    from by_type
    left join interaction_types
        on by_type.interaction_type = interaction_types.interaction_type
    group by by_type.organization_id, by_type.message_id
),

records as (
    select * from {{ ref("int_dataverse__messages") }}
)

select
    {{ entity_key("message_id", "messages") }} as message_key,
    messages.organization_id,
    messages.message_id,
    coalesce(messages.channel, records.channel, 'none') as channel,
    coalesce(own_channels.channel_name, channels.channel_name) as channel_name,
    messages.business_unit_id,
    records.message_name,
    records.message_subject,
    records.message_status,
    records.created_at,
    records.changed_at,
    records.is_deleted,
    messages.first_interaction_at,
    messages.last_interaction_at,
    messages.interactions
from messages
left join records
    on messages.message_id = records.message_id
left join channel_names as own_channels
    on {{ lower_case("messages.channel_definition_id") }} = own_channels.raw_channel
left join channel_names as channels
    on coalesce(messages.channel, records.channel) = channels.raw_channel
