{#-
    Which rows of a raw table are loaded, by the vars start_date and business_units. A row without a time, or without a
    unit, stays: nothing says that it lies outside.

    Argument: raw (a raw table). Returns: SQL, a condition that is never null; empty where all rows are.
-#}
{% macro rows_in_scope(raw) -%}
    {%- set conditions = [] -%}
    {%- set occurred_at = raw.columns.get("timestamp") -%}
    {%- if var("start_date") | string and occurred_at -%}
        {%- do conditions.append(
            is_from(raw_reference(occurred_at), occurred_at.type, start_of_day(var("start_date"))) | trim
        ) -%}
    {%- endif -%}
    {%- set unit = raw.columns.get("businessunitid") -%}
    {%- if var("business_units") and unit -%}
        {%- set wanted = [] -%}
        {%- for id in var("business_units") -%}{%- do wanted.append(to_id(sql_text(id))) -%}{%- endfor -%}
        {%- set id = cast_to(raw_reference(unit), unit.type, {"name": "business_unit_id", "data_type": "varchar"}) -%}
        {%- do conditions.append("coalesce(" ~ id ~ " in (" ~ wanted | join(", ") ~ "), true)") -%}
    {%- endif -%}
    {{ conditions | join("\n    and ") }}
{%- endmacro %}
