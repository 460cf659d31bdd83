{#- See macros/engine/ordering.sql. Each group is put in order within a row of its own: Spark 3.5 has no recursion. -#}

{% macro default__after_parents(relation) -%}
    select
        placed.row_key,
        cast(row_number() over (partition by group_key order by placed.trail) as bigint) as ordered_place
    from (
        select
            group_key,
            explode_outer({{ _trails() }}) as placed
        from (
            select
                group_key,
                rows,
                {{ parents_in("rows", "row_keys", unknown="null") }} as parents
            from (
                select
                    group_key,
                    collect_list(named_struct(
                        'key', row_key,
                        'parent_key', case when parent_key != row_key then parent_key end,
                        'place', cast(place as bigint)
                    )) as rows,
                    collect_list(row_key) as row_keys
                from {{ relation }}
                group by group_key
            ) as groups
        ) as linked_groups
    ) as trails
{%- endmacro %}

{#-
    The trail of each row, as macros/engine/ordering.sql explains it. First the smallest place on the way to each row, of those
    that a circle stands before: the row whose own place that is begins, and has no parent then. Of two parts of a way, the
    upper keeps what nothing in the lower exceeds.
-#}
{% macro _trails() -%}
    transform(
        array(aggregate(
            {{ _rounds("rows") }},
            named_struct('parents', parents, 'smallest', transform(parents, parent -> get(rows, parent).place)),
            (way, round) -> named_struct(
                'parents', {{ parents_above("way.parents") }},
                'smallest', transform(
                    way.smallest,
                    (place, number) -> least(place, get(way.smallest, get(way.parents, number)))
                )
            )
        )),
        circles -> aggregate(
            {{ _rounds("rows") }},
            named_struct(
                'parents', transform(parents, (parent, number) -> case
                    when get(circles.parents, number) is not null
                        and get(circles.smallest, number) = get(rows, number).place then null
                    else parent
                end),
                'trails', transform(rows, row -> array(row.place))
            ),
            (way, round) -> named_struct(
                'parents', {{ parents_above("way.parents") }},
                'trails', transform(
                    way.trails,
                    (trail, number) -> coalesce(
                        concat(
                            filter(get(way.trails, get(way.parents, number)), place -> place > get(trail, 0)), trail
                        ),
                        trail
                    )
                )
            ),
            way -> transform(
                rows, (row, number) -> named_struct('row_key', row.key, 'trail', get(way.trails, number))
            )
        )
    )[0]
{%- endmacro %}

{#-
    The place in a list of each row's parent; null for none. Arguments: rows (SQL, a list of structs with parent_key), keys (SQL,
    a list of the rows' keys), unknown (SQL, for a parent that isn't there; the row's own place, which makes a circle, is place).
-#}
{% macro parents_in(rows, keys, unknown) -%}
    transform({{ rows }}, (row, place) -> case
        when row.parent_key is not null
            then coalesce(cast(nullif(array_position({{ keys }}, row.parent_key), 0) - 1 as int), {{ unknown }})
    end)
{%- endmacro %}

{#- The parents of parents, so that each round of an aggregate looks twice as far. Argument: parents (SQL, a list of places). -#}
{% macro parents_above(parents) -%}
    transform({{ parents }}, parent -> get({{ parents }}, parent))
{%- endmacro %}

{#- As many rounds as the longest way through a list may take. -#}
{% macro _rounds(rows) -%}
    sequence(1, length(bin(size({{ rows }}))))
{%- endmacro %}
