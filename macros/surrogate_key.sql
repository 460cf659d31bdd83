{#-
    A surrogate key: the md5 of several expressions, nulls equal to each other and to nothing else. The separator and
    the mark for null are control characters that no id holds, so that ('a', null) and ('a|', '') can't meet.

    Argument: expressions (list of SQL expressions). Returns: SQL, varchar of 32 hex digits, never null.
-#}
{% macro surrogate_key(expressions) -%}
    {%- set parts = [] -%}
    {%- for expression in expressions -%}
        {%- do parts.append("coalesce(cast(" ~ expression ~ " as string), chr(30))") -%}
    {%- endfor -%}
    {#- One call: each || would write what stands before it once more, a third of the time of a key. -#}
    md5(concat({{ parts | join(", chr(31), ") }}))
{%- endmacro %}

{#-
    The keys of what events name. All of them hold the organization, as a copied environment keeps its ids: the same
    journey in two organizations is two journeys, and the same person two people.

    Arguments: table (an alias; entity_key and step_key need none where there is one table only), id (a column, such as
    journey_id). Return: SQL, varchar; null where there is no id.
-#}
{#- That of the survivor: in a select with join_survivors(table). -#}
{% macro profile_key(table) -%}
    {%- set person = qualified(["organization_id", "profile_type"], table) + [surviving_profile_id(table)] -%}
    case when {{ table }}.profile_id is not null then {{ surrogate_key(person) }} end
{%- endmacro %}

{% macro entity_key(id, table=none) -%}
    {%- set columns = qualified(["organization_id", id], table) -%}
    case when {{ columns[1] }} is not null then {{ surrogate_key(columns) }} end
{%- endmacro %}

{#- Never null, as a step may lack its journey. -#}
{% macro step_key(table=none) -%}
    {{ surrogate_key(qualified(["organization_id", "journey_id", "journey_step_id"], table)) }}
{%- endmacro %}

{#-
    The key of one interaction. Arguments: table (the alias of a family table, or of a union of some), has_delivered_count
    (whether it has that column: only the email family does). Returns: SQL, varchar.
-#}
{% macro interaction_key(table, has_delivered_count=false) -%}
    {{ surrogate_key([
        table ~ ".interaction_type",
        table ~ ".organization_id",
        "coalesce(" ~ table ~ ".idempotency_id, " ~ table ~ ".internal_marketing_interaction_id)",
        table ~ ".content_key",
        "coalesce(" ~ table ~ ".delivered_count, 1)" if has_delivered_count else "1",
    ]) }}
{%- endmacro %}

{#- The columns that identify one attempted message to one person, in the order of its keys. -#}
{% macro message_grain() -%}
    {{ return([
        "organization_id", "channel", "profile_type", "profile_id", "journey_id", "journey_run_id",
        "journey_step_id", "message_id", "attempt",
    ]) }}
{%- endmacro %}

{#- The columns that identify one person's run of a journey. -#}
{% macro run_grain() -%}
    {{ return(["organization_id", "journey_id", "journey_run_id", "profile_type", "profile_id"]) }}
{%- endmacro %}

{#- The columns that identify one person's step of a run. -#}
{% macro step_grain() -%}
    {{ return([
        "organization_id", "journey_id", "journey_run_id", "journey_step_id", "profile_type", "profile_id",
    ]) }}
{%- endmacro %}

{#- Column names with a table's alias before each. Arguments: columns (list), table (its alias, or none). Returns: a list. -#}
{% macro qualified(columns, table) -%}
    {%- set names = [] -%}
    {%- for column in columns -%}{%- do names.append(table ~ "." ~ column if table else column) -%}{%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
