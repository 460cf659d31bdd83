{#- A text the way reference data spells reasons: lower case, without blanks, hyphens and underscores. Returns: SQL. -#}
{% macro plain_text(expression) -%}
    {{ lower_case("replace(replace(replace(" ~ expression ~ ", ' ', ''), '-', ''), '_', '')") }}
{%- endmacro %}
