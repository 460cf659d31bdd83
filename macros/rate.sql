{#-
    A rate: numerator / denominator as double between 0 and 1, null where the denominator is 0. What it counts is part of
    what it is measured against; capped at 1 for exports that lack part of a table, where more messages can have bounced
    than were seen to go out, and for clicks in mails whose images, and so whose opens, were never loaded.

    Arguments: numerator, denominator (SQL counts). Returns: SQL.
-#}
{% macro rate(numerator, denominator) -%}
    case when {{ denominator }} > 0 then least(cast({{ numerator }} as double) / {{ denominator }}, 1.0) end
{%- endmacro %}

{#-
    A rate that some channels only have: null for the others, as 0 would claim what nobody can know. For selects that join
    the seed channel_rates.

    Arguments: name (of the rate; the seed says in has_<name> which channels have it), numerator, denominator (SQL counts).
    Returns: SQL.
-#}
{% macro channel_rate(name, numerator, denominator) -%}
    case when channel_rates.has_{{ name }} then {{ rate(numerator, denominator) }} end
{%- endmacro %}
