{#-
    Which usage types mean a test send, as the CTE test_usage_types and those before it. Few usages stand on millions of
    rows, so each is judged once; of several rules that fit, the longest decides. Returns: SQL, CTEs for a `with`.
-#}
{% macro test_usage_types() -%}
usage_types as (
    select distinct usage_type
    from {{ ref("int_messages__events") }}
),

judged_usage_types as (
    select
        usage_types.usage_type,
        rules.is_test_send,
        row_number() over (
            partition by usage_types.usage_type
            order by length(rules.pattern) desc, rules.pattern
        ) as row_number
    from usage_types
    inner join {{ ref("test_send_rules") }} as rules
        on position(rules.pattern in {{ lower_case("usage_types.usage_type") }}) > 0
),

test_usage_types as (
    select usage_type
    from judged_usage_types
    where row_number = 1 and is_test_send
)
{%- endmacro %}

{#-
    What a select over e-mail events needs to leave test sends out, where the setting include_test_sends says so. Return: SQL;
    nothing where they stay.

    test_sends_to_leave_out(): the CTEs before its own.
    and_no_test_send(events): the end of its condition. Argument: the events' alias.
-#}
{% macro test_sends_to_leave_out() -%}
    {%- if not var("include_test_sends") -%}
    {{ test_usage_types() }},
    {%- endif -%}
{%- endmacro %}

{% macro and_no_test_send(events) -%}
    {%- if not var("include_test_sends") -%}
    and coalesce({{ events }}.usage_type, '') not in (select test_usage_types.usage_type from test_usage_types)
    {%- endif -%}
{%- endmacro %}

{#-
    True for messages that only a test sends: other channels than e-mail have no usage type, but their tests name neither a
    person nor a journey. Returns: SQL over the columns of message_grain().
-#}
{% macro addresses_nobody() -%}
    (channel != 'email' and profile_id is null and journey_id is null)
{%- endmacro %}

{#- The engagement keys of all test sends, as the CTE test_messages and those before it. Returns: SQL, CTEs for a `with`. -#}
{% macro test_messages() -%}
{{ test_usage_types() }},

test_messages as (
    select distinct {{ surrogate_key(message_grain()) }} as engagement_key
    from {{ ref("int_messages__events") }}
    where
        usage_type in (select test_usage_types.usage_type from test_usage_types)
        or (message_event = 'sent' and {{ addresses_nobody() }})
)
{%- endmacro %}
