{#-
    The z of a test whether two shares differ, with the pooled variance. Null where one side has no trials, or where
    nobody or everybody succeeded.

    Arguments: successes and trials of each side (SQL counts, successes at most trials). Returns: SQL, double.
-#}
{% macro two_proportion_z(successes, trials, other_successes, other_trials) -%}
    {%- set pooled = "(cast(" ~ successes ~ " + " ~ other_successes ~ " as double) / (" ~ trials ~ " + " ~ other_trials
        ~ "))" -%}
    case
        when
            {{ trials }} > 0
            and {{ other_trials }} > 0
            and {{ successes }} + {{ other_successes }} between 1 and {{ trials }} + {{ other_trials }} - 1
            then (
                cast({{ successes }} as double) / {{ trials }} - cast({{ other_successes }} as double) / {{ other_trials }}
            ) / sqrt({{ pooled }} * (1.0 - {{ pooled }}) * (1.0 / {{ trials }} + 1.0 / {{ other_trials }}))
    end
{%- endmacro %}

{#-
    The two-sided p-value of a z: how often chance alone gives one so far from 0. Abramowitz and Stegun's formula 7.1.26,
    as not every engine has the normal distribution; it is off by 0.0000002 at most, hence six digits.

    Argument: z (SQL, double). Returns: SQL, double between 0 and 1; null for null.
-#}
{% macro two_sided_p_value(z) -%}
    {%- set t = "(1.0 / (1.0 + 0.3275911 * abs(" ~ z ~ ") / 1.4142135623730951))" -%}
    {#- The engine's least() would make 1 of null. -#}
    case when {{ z }} is not null
        then round(least(1.0, exp(-{{ z }} * {{ z }} / 2.0) * {{ t }} * (
            0.254829592 + {{ t }} * (
                -0.284496736 + {{ t }} * (1.421413741 + {{ t }} * (-1.453152027 + {{ t }} * 1.061405429))
            )
        )), 6)
    end
{%- endmacro %}
