{#-
    The steps that a journey's definition holds, one row each. Microsoft documents no schema for it, only samples and paths; so
    whatever ends in "actions" is taken for a container of steps, however deep:

        {"actions": {"<step id>": {"type": "ConditionV2", "displayName": …, "runAfter": {"<step id>": …},
            "parameters": {"branches": [{"label": "Gold", "actions": {…}}], "falseActions": {…}}}}}

    designed_steps: of real-time journeys (msdynmkt_journeyjson). A container may be a list too; then its steps name
    themselves. What lies deeper than a hundred members, about twenty branches within each other, is left out.
    designed_activities: of outbound journeys (msdyncrm_workflowdefinition), a list of activities that name their parent.

    Argument: relation (with journey_id and journey_definition, json). Returns: a select of journey_id, journey_step_id,
    step_type, stated_name, message_id, run_after (ids of steps, a list), owner_step_id (the step whose branch it stands in),
    branch_label, branch_number, depth, position (where its branch and itself stand in the definition: numbers to order by).
    Source: https://learn.microsoft.com/dynamics365/customer-insights/journeys/developer/create-journey-template-api and
    https://learn.microsoft.com/dynamics365/customer-insights/journeys/developer/customer-journey-workflow-definition
-#}
{% macro designed_steps(relation) -%}
    {{ return(adapter.dispatch("designed_steps", "cij")(relation)) }}
{%- endmacro %}

{% macro duckdb__designed_steps(relation) -%}
    with recursive members as (
        select
            journey_id,
            'container' as kind,
            cast(null as varchar) as owner_step_id,
            cast(null as varchar) as branch_label,
            cast(0 as bigint) as branch_number,
            cast(null as varchar) as step_id,
            journey_definition -> '$.actions' as content,
            0 as depth,
            cast(0 as bigint) as position
        from {{ relation }}
        where journey_definition is not null

        union all

        -- A step owns what its parameters hold, down to the next container.
        select
            members.journey_id,
            {{ _kind_of_a_member("members.kind", "member.key") }} as kind,
            coalesce(members.step_id, members.owner_step_id) as owner_step_id,
            {{ _branch_label_of_a_member() }} as branch_label,
            case
                when members.kind in ('container', 'branch') then members.branch_number
                else members.position + member.id
            end as branch_number,
            case
                when members.kind = 'container' and json_type(members.content) = 'ARRAY'
                    then coalesce({{ _stated_id("member.value", "id") }}, {{ _stated_id("member.value", "actionId") }})
                when members.kind = 'container' then {{ to_id("member.key") }}
            end as step_id,
            member.value as content,
            members.depth + 1 as depth,
            -- json_each() counts all that stands before a member, from the beginning of what holds it.
            members.position + member.id as position
        from members
        cross join json_each(members.content) as member
        where
            members.depth < 100
            and (
                (members.kind in ('container', 'branches') and member.type = 'OBJECT')
                or (
                    members.kind not in ('container', 'branches')
                    and member.type in ('OBJECT', 'ARRAY')
                    and (lower(member.key) in ('parameters', 'branches') or lower(member.key) like '%actions')
                )
            )
    )

    {{ _steps_among_members() }}
{%- endmacro %}

{#-
    What a member of a member is, and the branch that it stands in. Of designed_steps alone. Return: SQL, text.
    Arguments: kind (SQL, of the upper member), name (SQL, of the member).
-#}
{% macro _kind_of_a_member(kind, name) -%}
    case
        when {{ kind }} = 'container' then 'step'
        when {{ kind }} = 'branches' then 'branch'
        when lower({{ name }}) = 'branches' then 'branches'
        when lower({{ name }}) = 'parameters' then 'parameters'
        else 'container'
    end
{%- endmacro %}

{% macro _branch_label_of_a_member() -%}
    case
        when members.kind = 'branches'
            then coalesce(
                {{ _stated_text("member.value", "label") }},
                case when regexp_full_match(member.key, '[0-9]{1,9}') then 'branch ' || (cast(member.key as bigint) + 1) end,
                member.key
            )
        when members.kind in ('container', 'branch') then members.branch_label
        else nullif(regexp_replace(lower(member.key), 'actions$', ''), '')
    end
{%- endmacro %}

{#- What the members of a definition that are steps say, as the columns of designed_steps. Returns: a select. -#}
{% macro _steps_among_members() -%}
    select
        journey_id,
        step_id as journey_step_id,
        {{ _stated_text("content", "type") }} as step_type,
        coalesce(
            {%- for path in _stated_name_paths() %}
            {{ _stated_text("content", path) }}{{ "," if not loop.last }}
            {%- endfor %}
        ) as stated_name,
        coalesce(
            {%- for path in _message_id_paths() %}
            {{ _stated_id("content", path) }}{{ "," if not loop.last }}
            {%- endfor %}
        ) as message_id,
        list_transform(json_keys(content, '$.runAfter'), lambda id: {{ to_id("id") }}) as run_after,
        owner_step_id,
        branch_label,
        branch_number,
        depth,
        position
    from members
    where kind = 'step' and step_id is not null
{%- endmacro %}

{#- Where a step keeps its name and its message: the first of each that is there. Return: paths, a list. -#}
{% macro _stated_name_paths() -%}
    {{ return([
        "displayName", "name", "title", "parameters.displayName",
        "parameters.persistedUIState.cachedEmailEntity.msdynmkt_name",
    ]) }}
{%- endmacro %}

{% macro _message_id_paths() -%}
    {{ return([
        "parameters.contentId", "parameters.smsId", "parameters.pushNotificationId",
        "parameters.customChannelMessageId", "parameters.messageId",
    ]) }}
{%- endmacro %}

{% macro designed_activities(relation) -%}
    {{ return(adapter.dispatch("designed_activities", "cij")(relation)) }}
{%- endmacro %}

{% macro duckdb__designed_activities(relation) -%}
    select
        definitions.journey_id,
        {{ _stated_id("activity.value", "ActivityId") }} as journey_step_id,
        {{ _stated_text("activity.value", "ActivityTypeId") }} as step_type,
        {{ _stated_text("activity.value", "Properties.Items[0].Name") }} as stated_name,
        case
            when (activity.value ->> '$.ActivityTypeId') = 'Email'
                then {{ _stated_id("activity.value", "Properties.Items[0].ItemId") }}
        end as message_id,
        cast([] as varchar []) as run_after,
        {{ _stated_id("activity.value", "ParentActivityId") }} as owner_step_id,
        case
            when json_type(activity.value, '$.ParentRelationshipType') = 'VARCHAR'
                then nullif(
                    regexp_replace(lower(activity.value ->> '$.ParentRelationshipType'), 'branch$|^default$', ''), ''
                )
        end as branch_label,
        {{ _branch_number_of("(activity.value ->> '$.ParentBranchId')") }} as branch_number,
        0 as depth,
        activity.id as position
    from {{ relation }} as definitions
    cross join json_each(definitions.journey_definition) as activity
    where
        activity.type = 'OBJECT'
        and {{ _stated_id("activity.value", "ActivityId") }} is not null
        and coalesce(activity.value ->> '$.ActivityTypeId', '') != 'bpf_root'
{%- endmacro %}

{#- Argument: text (SQL). Returns: SQL, bigint: 0 where the text is no number. -#}
{% macro _branch_number_of(text) -%}
    {%- set number = to_double(text) -%}
    coalesce(cast(floor(case when abs({{ number }}) < 1e15 then {{ number }} end) as bigint), 0)
{%- endmacro %}

{#-
    Where each step stands, so that steps can be put in order: a list of two numbers for each step on the way to it. Steps that
    wait for each other have no way to them, nor has one that more than a thousand come before.

    Argument: relation (with journey_id, journey_step_id, parent_step_id, branch_order and position). Returns: a select of
    journey_id, journey_step_id and path.
-#}
{% macro path_from_the_start(relation) -%}
    {{ return(adapter.dispatch("path_from_the_start", "cij")(relation)) }}
{%- endmacro %}

{% macro duckdb__path_from_the_start(relation) %}
    with recursive paths as (
        select
            journey_id,
            journey_step_id,
            [branch_order, position] as path
        from {{ relation }}
        where parent_step_id is null
        union all
        select
            steps.journey_id,
            steps.journey_step_id,
            list_concat(paths.path, [steps.branch_order, steps.position])
        from paths
        inner join {{ relation }} as steps
            on
                paths.journey_id = steps.journey_id
                and paths.journey_step_id = steps.parent_step_id
        where len(paths.path) < 2000
    )

    select * from paths
{% endmacro %}

{#- A text member of a JSON object without blanks around it; null for anything else. Arguments: object (SQL json), path. -#}
{% macro _stated_text(object, path) -%}
    case
        when json_type({{ object }}, '$.{{ path }}') = 'VARCHAR'
            then nullif(trim({{ object }} ->> '$.{{ path }}'), '')
    end
{%- endmacro %}

{#- An id in a JSON object, from a text or a whole number; null for anything else. Arguments: object (SQL json), path. -#}
{% macro _stated_id(object, path) -%}
    {%- set type = "json_type(" ~ object ~ ", '$." ~ path ~ "')" -%}
    {{ to_id(
        "(case when " ~ type ~ " in ('VARCHAR', 'UBIGINT', 'BIGINT') then " ~ object ~ " ->> '$." ~ path ~ "' end)"
    ) }}
{%- endmacro %}

{#-
    What a journey is to achieve, from its definition's goal. Its members are documented nowhere: the names below are those in
    which a designer's form would keep a title and an amount, so that null means no more than that none of them is there.

    goal_name(definition): SQL, text.
    goal_target(definition): SQL, double: how many people have to meet it, or which share of them.
    goal_target_unit(definition): SQL: people or percent; null where there is no target.
-#}
{% macro goal_name(definition) -%}
    {{ return(adapter.dispatch("goal_name", "cij")(definition)) }}
{%- endmacro %}

{% macro duckdb__goal_name(definition) -%}
    coalesce(
        {%- for name in _goal_names() %}
        {{ _stated_text(definition, "goal." ~ name) }}{{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro goal_target(definition) -%}
    {{ return(adapter.dispatch("goal_target", "cij")(definition)) }}
{%- endmacro %}

{% macro duckdb__goal_target(definition) -%}
    coalesce(
        {%- for path in _goal_paths() %}
        {{ to_double("(" ~ definition ~ " ->> '$.goal." ~ path ~ "')") }}{{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro goal_target_unit(definition) -%}
    {{ return(adapter.dispatch("goal_target_unit", "cij")(definition)) }}
{%- endmacro %}

{% macro duckdb__goal_target_unit(definition) -%}
    case
        when {{ goal_target(definition) }} is null then null
        {#- Not a title that speaks of percent. #}
        when
            regexp_matches(
                cast({{ definition }} -> '$.goal' as varchar),
                '(?i)"[a-z]*(type|unit)"\s*:\s*"[^"]*percent|"[a-z]*percent[a-z]*"\s*:\s*"?[0-9]'
            )
            then 'percent'
        else 'people'
    end
{%- endmacro %}

{% macro _goal_names() -%}
    {{ return(["title", "displayName", "name", "goalName", "goalTitle"]) }}
{%- endmacro %}

{% macro _goal_paths() -%}
    {%- set paths = [] -%}
    {%- for parent in ["", "target.", "parameters."] -%}
        {%- for name in ["target", "targetValue", "targetAmount", "targetCount", "targetPercentage", "amount", "value", "count", "percentage"] -%}
            {%- do paths.append(parent ~ name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(paths) }}
{%- endmacro %}

{#- SQL for the end of a `where`, in a CTE that is read several times and costs more to make than to keep. -#}
{% macro worked_out_once() -%}
    {{ return(adapter.dispatch("worked_out_once", "cij")()) }}
{%- endmacro %}

{#- DuckDB keeps such a CTE by itself. -#}
{% macro duckdb__worked_out_once() -%}{%- endmacro %}
