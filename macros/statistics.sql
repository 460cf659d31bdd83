{#-
    The bounds of a rate's 95 % Wilson interval: between which rates could chance alone have given so many successes out
    of so many trials. Unlike the usual plus or minus it stays within 0 and 1 and holds for few trials and rates near 0.

    Arguments: successes, trials (SQL counts). Returns: SQL, double between 0 and 1, null where there are no trials.
-#}
{% macro wilson_lower(successes, trials) -%}
    {{ _wilson_bound(successes, trials, "greatest(0.0, ", "-") }}
{%- endmacro %}

{% macro wilson_upper(successes, trials) -%}
    {{ _wilson_bound(successes, trials, "least(1.0, ", "+") }}
{%- endmacro %}

{% macro _wilson_bound(successes, trials, limit, sign) -%}
    {%- set z = "1.959963984540054e0" -%}
    {%- set failures = "(" ~ trials ~ " - " ~ successes ~ ")" -%}
    case
        when {{ trials }} > 0
            then {{ limit }}(
                {{ successes }} + {{ z }} * {{ z }} / 2
                {{ sign }} {{ z }} * sqrt(
                    cast({{ successes }} as double) * {{ failures }} / {{ trials }} + {{ z }} * {{ z }} / 4
                )
            ) / ({{ trials }} + {{ z }} * {{ z }}))
    end
{%- endmacro %}
