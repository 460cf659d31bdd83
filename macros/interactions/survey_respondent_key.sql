{#-
    What a survey's events have in common if they come from one respondent: survey and person for Forms Pro, survey and
    invitation (or else the run) for Customer Voice, whose events name nobody. Null where the event lacks that.

    Arguments: table (an alias with the columns of the survey family), source (column that says which kind of survey).
-#}
{% macro survey_respondent_key(table, source) -%}
    {%- set survey = [table ~ ".organization_id", source, table ~ ".survey_id"] -%}
    {%- set invitation = "coalesce(" ~ table ~ ".survey_invite, " ~ table ~ ".journey_run_id)" -%}
    case
        when {{ source }} = 'forms_pro' and {{ table }}.profile_id is not null
            then {{ surrogate_key(survey + [table ~ ".profile_type", table ~ ".profile_id"]) }}
        when {{ source }} = 'customer_voice' and {{ invitation }} is not null
            then {{ surrogate_key(survey + [invitation]) }}
    end
{%- endmacro %}
