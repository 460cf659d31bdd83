{% macro default__keyed_hash(value) -%}
    left(sha2({{ pii_key() }} || {{ lower_case(trimmed(value)) }}, 256), 32)
{%- endmacro %}

{% macro default__keyed_hash_of_id(value) -%}
    left(sha2({{ pii_key() }} || {{ value }}, 256), 32)
{%- endmacro %}

{% macro default__or_fail(value, message) -%}
    coalesce({{ value }}, raise_error({{ sql_text(message) }}))
{%- endmacro %}

{#- Letters and signs that are younger than Java's own Unicode (13 in Java 17, 15 in DuckDB) stay as they are. -#}
{% macro default__shape_of(value) -%}
    {{ java_replaced(java_replaced("left(" ~ value ~ ", 200)", "\\p{N}", "9"), "[\\p{L}\\p{M}\\p{So}\\p{Co}]", "x") }}
{%- endmacro %}

{% macro default__looks_like_key(value) -%}
    {{ value }} rlike {{ java_pattern("^[0-9A-Za-z{}_:.+/|~-]*={0,2}$") }}
{%- endmacro %}

{% macro default__is_short_answer(value) -%}
    (
        {{ yes_or_no(value) }} is not null
        or {{ trimmed(value) }} rlike {{ java_pattern("^-?[0-9]{1,4}([.][0-9]{1,4})?$") }}
    )
{%- endmacro %}
