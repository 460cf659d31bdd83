{#-
    The smallest or greatest version of a journey. Versions are texts that stand for numbers: 10 follows 9. What is no
    number loses to what is one. Aggregates. Argument: version (SQL). Return: SQL, varchar.
-#}
{% macro smallest_version(version) -%}
    {{ first_by(version, [number_in(version), version], version ~ " is not null") }}
{%- endmacro %}

{#- The same, for the greatest. -#}
{% macro greatest_version(version) -%}
    {{ last_by(version, [number_in(version), version], version ~ " is not null") }}
{%- endmacro %}
