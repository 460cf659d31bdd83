{#-
    What happened to messages, under the keys of the attempts it belongs to: the whole SQL of int_messages__events. A macro
    because a fact that restates few messages has to name them where the family tables are read; behind the view, all rows
    would be put together first.

    Argument: condition (SQL over the family tables, of the rows to take; empty means all). Returns: a select.
-#}
{% macro message_events(condition="") -%}
{%- set columns = _columns_of_message_events() -%}
with interactions as (
    {{ union_families(message_event_tables(), columns, condition) }}
),

placed as (
    {{ under_attempts("interactions", columns.keys() | list) }}
),

bounce_categories as (
    select * from {{ ref("bounce_categories").include(database=false) }}
),

events as (
    select
        placed.interaction_type,
        {{ message_channel("interaction_types") }} as channel,
        interaction_types.message_event,
        placed.organization_id,
        placed.business_unit_id,
        placed.journey_engine,
        placed.profile_type,
        placed.profile_id,
        placed.journey_id,
        placed.journey_run_id,
        placed.journey_step_id,
        placed.message_id,
        placed.attempt,
        placed.message_variation_name,
        placed.usage_type,
        placed.recipient_domain,
        {{ contact_point_key_of_an_event("placed") }} as contact_point_key,
        interaction_types.bounce_type is not null as is_bounce,
        {{ bounce_type_of_an_event("placed", "interaction_types", "bounce_categories") }} as bounce_type,
        {{ _deliveries_of_an_event("placed", "interaction_types") }} as deliveries,
        placed.occurred_at
    from placed
    inner join {{ ref("interaction_types").include(database=false) }} as interaction_types
        on placed.interaction_type = interaction_types.interaction_type
    left join bounce_categories
        on {{ lower_case("placed.bounce_category") }} = bounce_categories.bounce_category
    where {{ is_message_event("placed", "interaction_types") }}
)

select * from events
{%- endmacro %}

{#- What is read of the family tables. Returns: a dict name -> data_type, for union_families. -#}
{% macro _columns_of_message_events() -%}
    {%- set columns = contact_point_columns() -%}
    {%- for name in [
        "business_unit_id", "message_variation_name", "usage_type", "recipient_domain", "bounce_type", "bounce_category",
    ] -%}
        {%- do columns.update({name: "varchar"}) -%}
    {%- endfor -%}
    {%- do columns.update({"delivered_count": "bigint", "was_answered": "boolean"}) -%}
    {{ return(event_columns(columns)) }}
{%- endmacro %}

{#-
    hard, soft or block, by the type of the event or by what the row says; null where neither tells.

    Arguments: events, types, categories (aliases of email events and of the seeds interaction_types and bounce_categories
    joined to them). Returns: SQL, varchar.
-#}
{% macro bounce_type_of_an_event(events, types, categories) -%}
    {%- set type = lower_case(events ~ ".bounce_type") -%}
    case
        when {{ types }}.bounce_type is null then null
        when {{ types }}.bounce_type in ('hard', 'soft', 'block') then {{ types }}.bounce_type
        when {{ types }}.bounce_type != 'by_row' then null
        when {{ type }} like 'hard%' then 'hard'
        when {{ type }} like 'soft%' then 'soft'
        else {{ categories }}.bounce_type
    end
{%- endmacro %}

{#-
    What an event adds to the message's deliveries: push tells nothing beyond the send, a call counts as delivered when it is
    answered, and a remote bounce takes an e-mail's delivery back with -1.
-#}
{% macro _deliveries_of_an_event(events, types) -%}
    case
        when {{ types }}.message_event = 'delivered' then coalesce({{ events }}.delivered_count, 1)
        when {{ types }}.message_event = 'sent' and {{ types }}.channel = 'push' then 1
        when {{ types }}.message_event = 'attempted' and {{ events }}.was_answered then 1
    end
{%- endmacro %}

{#-
    The events of int_messages__events that the fact being built has to work out: those of the messages that a load touched,
    all of them where it is built anew. A unit test gives them as rows of int_messages__events. Returns: a select.
-#}
{% macro restated_message_events() -%}
    {%- if model.resource_type == "unit_test" -%}
    select * from {{ ref("int_messages__events") }}
    {%- else -%}
    {{ message_events(is_dirty()) }}
    {%- endif -%}
{%- endmacro %}

{#- The family tables with events of messages: beside those of messages the one where outbound unsubscribes are. -#}
{% macro message_event_tables() -%}
    {{ return(message_family_tables() + [ref("int_audience__interactions")]) }}
{%- endmacro %}

{#-
    True for events of messages. A type without a channel, as of those who leave a segment, speaks of e-mails of outbound
    marketing, and of these only where it names one. Arguments: interactions, types (aliases). Returns: SQL.
-#}
{% macro is_message_event(interactions, types) -%}
    {{ types }}.message_event is not null
    and (
        {{ types }}.channel != 'none'
        or ({{ interactions }}.journey_engine = 'outbound' and {{ interactions }}.message_id is not null)
    )
{%- endmacro %}

{#- The channel of a message event; that of an outbound activity, `none`, is email. Argument: types (alias). Returns: SQL. -#}
{% macro message_channel(types) -%}
    case when {{ types }}.channel = 'none' then 'email' else {{ types }}.channel end
{%- endmacro %}
