{#-
    A rate: numerator / denominator as double between 0 and 1, null where the denominator is 0. Capped at 1: where an
    export lacks part of a table, more people can have opened than were seen to get the message.

    Arguments: numerator, denominator (SQL counts). Returns: SQL.
-#}
{% macro rate(numerator, denominator) -%}
    case when {{ denominator }} > 0 then least(cast({{ numerator }} as double) / {{ denominator }}, 1.0) end
{%- endmacro %}
