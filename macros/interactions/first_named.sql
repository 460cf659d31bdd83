{#-
    Who and where a group of events is about: all columns from one event, the first that says it, so that they fit
    together. Aggregates, over columns named as in the family tables. Return: SQL, a list of named columns.
-#}

{#- profile_type and profile_id; a group that names nobody keeps the type it states. -#}
{% macro first_person() -%}
    {%- set order = ["occurred_at", "profile_type", "profile_id"] -%}
    case
        when count(profile_id) > 0
            then {{ first_by("profile_type", order, "profile_id is not null") }}
        else min(profile_type)
    end as profile_type,
    {{ first_by("profile_id", order, "profile_id is not null") }} as profile_id
{%- endmacro %}

{#- journey_id, journey_run_id and journey_step_id. -#}
{% macro first_journey() -%}
    {%- set order = ["occurred_at", "journey_id", "journey_run_id", "journey_step_id"] -%}
    {%- for column in order[1:] -%}
        {{ first_by(column, order, "journey_id is not null or journey_run_id is not null") }} as {{ column }}
        {{- ",\n    " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
