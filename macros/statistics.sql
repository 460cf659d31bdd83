{#-
    Bounds of the 95 % Wilson interval of a share: how low and how high the true one may be after so few observations.
    Null where trials is 0.

    Arguments: successes, trials (SQL counts, successes at most trials). Return: SQL, double between 0 and 1.
-#}
{% macro wilson_lower(successes, trials) -%}
    {{ _wilson_bound(successes, trials, "-") }}
{%- endmacro %}

{#- The upper end of the same interval. -#}
{% macro wilson_upper(successes, trials) -%}
    {{ _wilson_bound(successes, trials, "+") }}
{%- endmacro %}

{% macro _wilson_bound(successes, trials, sign) -%}
    {%- set z = "1.959963984540054" -%}
    {%- set share = "(cast(" ~ successes ~ " as double) / " ~ trials ~ ")" -%}
    case when {{ trials }} > 0
        then greatest(0.0, least(1.0,
            (
                {{ share }} + {{ z }} * {{ z }} / (2.0 * {{ trials }})
                {{ sign }} {{ z }} * sqrt(
                    ({{ share }} * (1.0 - {{ share }}) + {{ z }} * {{ z }} / (4.0 * {{ trials }})) / {{ trials }}
                )
            ) / (1.0 + {{ z }} * {{ z }} / {{ trials }})
        ))
    end
{%- endmacro %}
