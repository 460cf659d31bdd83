{#-
    Puts rows of groups into an order in which each comes after its parent: of all rows whose parent has come already,
    the one with the smallest place comes next. A parent that isn't there counts for nothing. Where parents lead round in
    a circle, the row with its smallest place begins. Groups must be small: time and memory
    grow with the square of a group's rows.

    Argument: relation (SQL: its columns are group_key; row_key, unique; parent_key, null or a row_key of the same group;
    place, a number that no other row of the group has). Returns: a select of row_key and ordered_place (1, 2, …).
-#}
{% macro after_parents(relation) -%}
    {{ return(adapter.dispatch("after_parents", "cij")(relation)) }}
{%- endmacro %}

{#-
    The trail of a row: the places on the way to it, without those that a later one on the way exceeds. Such a trail
    begins with the one row that everything behind it waits for, so trails in the order of lists are the order wanted.
-#}
{% macro duckdb__after_parents(relation) -%}
    with recursive links as materialized (
        select
            children.group_key,
            children.row_key,
            children.place,
            parents.row_key as parent_key
        from {{ relation }} as children
        left join {{ relation }} as parents
            on children.parent_key = parents.row_key and children.row_key != parents.row_key
    ),

    reached as (
        select row_key
        from links
        where parent_key is null
        union all
        select links.row_key
        from reached
        inner join links
            on reached.row_key = links.parent_key
    ),

    {{ _beginnings_of_circles() }}

    trails as (
        select
            group_key,
            row_key,
            [place] as trail
        from links
        where parent_key is null or row_key in (select row_key from beginnings)
        union all
        select
            links.group_key,
            links.row_key,
            list_append(list_filter(trails.trail, lambda place: place > links.place), links.place) as trail
        from trails
        inner join links
            on trails.row_key = links.parent_key
        where links.row_key not in (select row_key from beginnings)
    )

    -- All row keys are links': said again, for the planner takes a recursion for huge and would join it the wrong way round.
    select
        row_key,
        row_number() over (partition by group_key order by trail) as ordered_place
    from trails
    where row_key in (select row_key from links)
{%- endmacro %}

{#- The row of each circle that is to come first, as the CTE beginnings and those before it: of links that none reached. -#}
{% macro _beginnings_of_circles() -%}
    circles as (
        select *
        from links
        where row_key not in (select row_key from reached)
    ),

    ways_back as (
        select
            row_key,
            place,
            parent_key as ancestor_key
        from circles
        union
        select
            ways_back.row_key,
            ways_back.place,
            circles.parent_key as ancestor_key
        from ways_back
        inner join circles
            on ways_back.ancestor_key = circles.row_key
    ),

    beginnings as (
        select ways_back.row_key
        from ways_back
        inner join circles
            on ways_back.ancestor_key = circles.row_key
        group by ways_back.row_key, ways_back.place
        having ways_back.place = min(circles.place)
    ),
{%- endmacro %}

{#-
    Follows links to their ends. A link that only leads round in a circle has none, nor has one that leads into a circle.

    Arguments: relation (SQL), group_column, id_column, next_column (its columns: a link leads from an id to the next one of the
    same group; one link at most from each id). Returns: a select of group_key, id and end_id.
-#}
{% macro ends_of_chains(relation, group_column, id_column, next_column) -%}
    {{ return(adapter.dispatch("ends_of_chains", "cij")(relation, group_column, id_column, next_column)) }}
{%- endmacro %}

{#- `union`, not `union all`: what was reached before isn't followed again, so that circles end. -#}
{% macro duckdb__ends_of_chains(relation, group_column, id_column, next_column) -%}
    with recursive reached as (
        select
            {{ group_column }} as group_key,
            {{ id_column }} as id,
            {{ next_column }} as reached_id
        from {{ relation }}
        union
        select
            reached.group_key,
            reached.id,
            links.{{ next_column }} as reached_id
        from reached
        inner join {{ relation }} as links
            on
                reached.group_key = links.{{ group_column }}
                and reached.reached_id = links.{{ id_column }}
    )

    select
        reached.group_key,
        reached.id,
        reached.reached_id as end_id
    from reached
    left join {{ relation }} as links
        on
            reached.group_key = links.{{ group_column }}
            and reached.reached_id = links.{{ id_column }}
    where links.{{ id_column }} is null
{%- endmacro %}
