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

{#-
    What the rates of a recipient domain say beside the limits: over_limit, above_preferred, ok, or no_data where there is
    none. For selects over rows with hard_bounce_rate and spam_rate.

    Arguments: hard_bounce_limit, hard_bounce_preferred, spam_limit (SQL, shares). Returns: SQL.
-#}
{% macro deliverability_status(hard_bounce_limit, hard_bounce_preferred, spam_limit) -%}
    case
        when hard_bounce_rate is null and spam_rate is null then 'no_data'
        when hard_bounce_rate > {{ hard_bounce_limit }} or spam_rate > {{ spam_limit }} then 'over_limit'
        when hard_bounce_rate > {{ hard_bounce_preferred }} then 'above_preferred'
        else 'ok'
    end
{%- endmacro %}
