{#-
    See macros/engine/journey_definitions.sql. Spark 3.5 has no recursion: members are walked level by level within each row.
-#}

{% macro default__designed_steps(relation) -%}
    select
        journey_id,
        step.step_id as journey_step_id,
        {{ json_first([json_at("step.members", "type")], json_stated) }} as step_type,
        {{ json_first(_values_at("step.members", _stated_name_paths()), json_stated) }} as stated_name,
        {{ json_first(_values_at("step.members", _message_id_paths()), json_id) }} as message_id,
        transform(
            filter({{ json_members(json_at("step.members", "runAfter")) }}, name -> name like 'k%'),
            name -> {{ to_id("substring(name, 2)") }}
        ) as run_after,
        step.owner_step_id,
        step.branch_label,
        step.branch_number,
        step.depth,
        step.position
    from (
        select
            journey_id,
            explode_outer({{ _steps_in("actions") }}) as step
        from (
            select
                journey_id,
                {{ json_at(json_members(json_coded("journey_definition")), "actions") }} as actions
            from {{ relation }}
        ) as definitions
    ) as steps
    where step.step_id is not null
{%- endmacro %}

{#- Several members of a document. Returns: a list of SQL, coded values. -#}
{% macro _values_at(members, paths) -%}
    {%- set values = [] -%}
    {%- for path in paths -%}{%- do values.append(json_at(members, path)) -%}{%- endfor -%}
    {{ return(values) }}
{%- endmacro %}

{#-
    The members that are steps, in any container within the outermost. Each level of members, at most a hundred, is made of the
    one above. Argument: actions (SQL, a coded value). Returns: SQL, a list of structs.
-#}
{% macro _steps_in(actions) -%}
    {%- set steps = "filter(upper.level, member -> member.kind = 'step' and member.step_id is not null)" -%}
    aggregate(
        sequence(1, 100),
        named_struct(
            'level', array(named_struct(
                'kind', 'container', 'owner_step_id', cast(null as string), 'branch_label', cast(null as string),
                'branch_number', cast(0 as bigint), 'step_id', cast(null as string), 'members', {{ json_members(actions) }},
                'depth', 0, 'position', cast(0 as bigint)
            )),
            'steps', {{ _no_members() }}
        ),
        (upper, depth) -> named_struct(
            'level', flatten(transform(upper.level, upper -> {{ _members_below("upper", "depth") }})),
            'steps', concat(upper.steps, {{ steps }})
        ),
        upper -> concat(upper.steps, {{ steps }})
    )
{%- endmacro %}

{% macro _no_members() -%}
    cast(array() as array<struct<
        kind: string, owner_step_id: string, branch_label: string, branch_number: bigint, step_id: string,
        members: array<string>, depth: int, position: bigint
    >>)
{%- endmacro %}

{#- What a member holds of the next level: objects and lists that a step can be in. A step owns what its parameters hold. -#}
{% macro _members_below(upper, depth) -%}
    {%- set is_list = "get(" ~ upper ~ ".members, 0) like 'a%'" -%}
    {%- set place = "cast(substring(get(member.members, 0), 2) as bigint)" -%}
    transform(
        transform(
            filter(
                transform(
                    coalesce({{ upper }}.members, cast(array() as array<string>)),
                    (value, place) -> named_struct(
                        'value', value,
                        'name', case
                            when {{ is_list }} then cast(place - 1 as string)
                            else substring(get({{ upper }}.members, place - 1), 2)
                        end
                    )
                ),
                member -> case
                    when {{ upper }}.kind in ('container', 'branches') then member.value like '["o%'
                    else
                        member.value like '[%'
                        and (lower(member.name) in ('parameters', 'branches') or lower(member.name) like '%actions')
                end
            ),
            member -> named_struct('name', member.name, 'members', {{ json_members("member.value") }})
        ),
        member -> named_struct(
            'kind', {{ _kind_of_a_member(upper ~ ".kind", "member.name") }},
            'owner_step_id', coalesce({{ upper }}.step_id, {{ upper }}.owner_step_id),
            'branch_label', {{ _branch_label_below(upper) }},
            'branch_number', case
                when {{ upper }}.kind in ('container', 'branch') then {{ upper }}.branch_number
                else {{ place }}
            end,
            'step_id', case
                when {{ upper }}.kind != 'container' then null
                when {{ is_list }}
                    then {{ json_first(_values_at("member.members", ["id", "actionId"]), json_id) }}
                else {{ to_id("member.name") }}
            end,
            'members', member.members,
            'depth', {{ depth }},
            'position', {{ place }}
        )
    )
{%- endmacro %}

{%- macro _branch_label_below(upper) -%}
    case
        when {{ upper }}.kind = 'branches'
            then coalesce(
                {{ json_first([json_at("member.members", "label")], json_stated) }},
                case
                    when member.name rlike {{ sql_text("^[0-9]{1,9}\\z") }}
                        then concat('branch ', cast(member.name as int) + 1)
                end,
                member.name
            )
        when {{ upper }}.kind in ('container', 'branch') then {{ upper }}.branch_label
        else nullif(regexp_replace({{ _lower_case("member.name") }}, {{ sql_text("actions\\z") }}, ''), '')
    end
{%- endmacro %}

{#- As DuckDB's lower(): letter by letter. Java makes two signs of one capital, and looks at where a sigma stands. -#}
{% macro _lower_case(text) -%}
    lower(translate({{ text }}, 'İΣ', 'iσ'))
{%- endmacro %}

{% macro default__designed_activities(relation) -%}
    select
        journey_id,
        {{ json_first([json_at("members", "ActivityId")], json_id) }} as journey_step_id,
        {{ json_first([json_at("members", "ActivityTypeId")], json_stated) }} as step_type,
        {{ json_first([json_at("members", "Properties.Items[0].Name")], json_stated) }} as stated_name,
        case
            when {{ json_at("members", "ActivityTypeId") }} = 'sEmail'
                then {{ json_first([json_at("members", "Properties.Items[0].ItemId")], json_id) }}
        end as message_id,
        cast(array() as array<string>) as run_after,
        {{ json_first([json_at("members", "ParentActivityId")], json_id) }} as owner_step_id,
        nullif(regexp_replace(
            {{ _lower_case(json_first([json_at("members", "ParentRelationshipType")], json_text)) }},
            {{ sql_text("branch\\z|^default\\z") }}, ''
        ), '') as branch_label,
        {{ _branch_number_of(json_first([json_at("members", "ParentBranchId")], json_scalar)) }} as branch_number,
        0 as depth,
        position
    from (
        select
            journey_id,
            position,
            {{ json_members("activity") }} as members
        from (
            select
                journey_id,
                posexplode_outer({{ json_members(json_coded("journey_definition")) }}) as (position, activity)
            from {{ relation }}
        ) as activities
        where activity like '["o%'
    ) as objects
    where
        {{ json_first([json_at("members", "ActivityId")], json_id) }} is not null
        and coalesce({{ json_at("members", "ActivityTypeId") }}, '') != 'sbpf_root'
{%- endmacro %}

{#- What a journey is to achieve, from the coded text of its goal and the members of that. -#}
{% macro _of_the_goal(definition, answer) -%}
    transform(
        array({{ json_at(json_members(json_coded(definition)), "goal") }}),
        coded -> transform(array({{ json_members("coded") }}), goal -> {{ answer }})[0]
    )[0]
{%- endmacro %}

{% macro default__goal_name(definition) -%}
    {{ _of_the_goal(definition, json_first(_values_at("goal", _goal_names()), json_stated)) }}
{%- endmacro %}

{% macro _first_target() -%}
    {{ json_first(_values_at("goal", _goal_paths()), _json_double) }}
{%- endmacro %}

{% macro default__goal_target(definition) -%}
    {{ _of_the_goal(definition, _first_target()) }}
{%- endmacro %}

{% macro default__goal_target_unit(definition) -%}
    {%- set pattern = '(?iu)"k[a-z]*(type|unit)",\\s*"s[^"]*percent|"k[a-z]*percent[a-z]*",\\s*"[sn][0-9]' -%}
    {%- set unit -%}
        case
            when {{ _first_target() }} is null then null
            when coded rlike {{ sql_text(pattern) }} then 'percent'
            else 'people'
        end
    {%- endset -%}
    {{ _of_the_goal(definition, unit) }}
{%- endmacro %}

{% macro _json_double(value) -%}
    {{ to_double(json_scalar(value)) }}
{%- endmacro %}

{#-
    Within each journey: first how many steps stand on the way to each, then, for those that can be reached, the way itself.
    Ten rounds, of which each doubles what is known, see a thousand steps back.
-#}
{% macro default__path_from_the_start(relation) %}
    select
        journey_id,
        reached.journey_step_id,
        reached.path
    from (
        select
            journey_id,
            explode_outer({{ _paths("steps", "parents") }}) as reached
        from (
            select
                journey_id,
                steps,
                {{ parents_in("steps", "step_ids", unknown="place") }} as parents
            from (
                select
                    journey_id,
                    collect_list(named_struct(
                        'key', journey_step_id, 'parent_key', parent_step_id,
                        'path', array(cast(branch_order as bigint), cast(position as bigint))
                    )) as steps,
                    collect_list(journey_step_id) as step_ids
                from {{ relation }}
                group by journey_id
            ) as journeys
        ) as linked_journeys
    ) as paths
    where reached.path is not null
{% endmacro %}

{#-
    Arguments: steps (SQL, a list of structs), parents (SQL, a list of their parents' places). Returns: SQL, a list of structs.
-#}
{% macro _paths(steps, parents) -%}
    {%- set rounds = "sequence(1, least(10, length(bin(size(" ~ steps ~ ")))))" -%}
    transform(
        array(aggregate(
            {{ rounds }},
            named_struct('parents', {{ parents }}, 'steps_on_the_way', transform({{ parents }}, parent -> 1)),
            (way, round) -> named_struct(
                'parents', {{ parents_above("way.parents") }},
                'steps_on_the_way', transform(
                    way.steps_on_the_way,
                    (number, place) -> number + coalesce(get(way.steps_on_the_way, get(way.parents, place)), 0)
                )
            )
        )),
        found -> aggregate(
            {{ rounds }},
            named_struct(
                'parents', {{ parents }},
                'paths', transform({{ steps }}, (step, place) -> case
                    when get(found.parents, place) is null and get(found.steps_on_the_way, place) <= 1000 then step.path
                end)
            ),
            (way, round) -> named_struct(
                'parents', {{ parents_above("way.parents") }},
                'paths', transform(
                    way.paths,
                    (path, place) -> coalesce(concat(get(way.paths, get(way.parents, place)), path), path)
                )
            ),
            way -> transform(
                {{ steps }},
                (step, place) -> named_struct('journey_step_id', step.key, 'path', get(way.paths, place))
            )
        )
    )[0]
{%- endmacro %}

{#- Always true. Spark works a CTE out anew wherever it is read, unless that could give other rows each time. -#}
{% macro default__worked_out_once() -%}
    and rand() >= 0
{%- endmacro %}
