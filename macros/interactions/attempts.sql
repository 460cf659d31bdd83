{#-
    Which attempted message an event belongs to. Most events say so: they state a run and a step. What the others belong to
    is worked out once, in int_messages__attempts, and looked up here.
-#}

{#- True where an event does not state both its run and its step. Argument: table (an alias). Returns: SQL. -#}
{% macro lacks_run_or_step(table) -%}
    ({{ table }}.journey_run_id is null or {{ table }}.journey_step_id is null)
{%- endmacro %}

{#-
    Events of messages under the keys of the attempts they belong to.

    Arguments: events (name of a CTE or relation with the columns of interaction_key(), and delivered_count where the email
    family is in it), columns (list of names, of its columns to keep). Returns: a select of those, in which journey_id,
    journey_run_id and journey_step_id are the attempt's, and attempt.
-#}
{% macro under_attempts(events, columns) -%}
    select
        {%- for name in columns %}
            {%- if name in stated_by_attempts() %}
        case when attempts.interaction_key is null then events.{{ name }} else attempts.{{ name }} end as {{ name }},
            {%- else %}
        events.{{ name }},
            {%- endif %}
        {%- endfor %}
        coalesce(attempts.attempt, 1) as attempt
    from {{ events }} as events
    left join {{ ref("int_messages__attempts").include(database=false) }} as attempts
        on
            case
                when {{ lacks_run_or_step("events") }}
                    then {{ interaction_key("events", has_delivered_count="delivered_count" in columns) }}
            end = attempts.interaction_key
{%- endmacro %}

{#- What an event may leave out and an attempt lends it. Returns: a list of columns. -#}
{% macro stated_by_attempts() -%}
    {{ return(["journey_id", "journey_run_id", "journey_step_id"]) }}
{%- endmacro %}

{#-
    The window in which events meet the attempts that state the same columns, in the order of time, an attempt before events
    of its second. Arguments: same (list of columns that agree anyway), stated (list of columns that may be left out); both
    over the columns of int_messages__attempts. Returns: SQL.
-#}
{% macro meeting_window(same, stated) -%}
    partition by
        attempt_states, both_state, {{ same | join(", ") }},
        {%- for column in stated %}
        case when both_state & {{ 2 ** loop.index0 }} > 0 then {{ column }} end{{ "," if not loop.last }}
        {%- endfor %}
    order by occurred_at nulls last, place nulls last
{%- endmacro %}

{#- Two rows have the same values, nulls too. Arguments: columns (list), left, right (aliases). Returns: SQL. -#}
{% macro same_values(columns, left, right) -%}
    {%- for column in columns -%}
        {{ left }}.{{ column }} is not distinct from {{ right }}.{{ column }}{{ " and " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#-
    Which of several columns a row states, as a sum of powers of two. Arguments: columns (list), table (its alias, or
    none). Returns: SQL, integer.
-#}
{% macro stated_columns(columns, table=none) -%}
    {%- for column in qualified(columns, table) -%}
        case when {{ column }} is null then 0 else {{ 2 ** loop.index0 }} end{{ " + " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
