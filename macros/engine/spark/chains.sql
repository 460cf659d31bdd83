{#-
    Recursion is not to be had on every Spark. Few links lead to another link; those in the middle of chains become one map for
    each group, in which each chain is followed within its own row, up to a thousand links.
-#}
{% macro default__ends_of_chains(relation, group_column, id_column, next_column) -%}
    with direct as (
        select
            links.{{ group_column }} as group_key,
            links.{{ id_column }} as id,
            links.{{ next_column }} as next_id,
            further.{{ next_column }} as after_next_id
        from {{ relation }} as links
        left join {{ relation }} as further
            on
                links.{{ group_column }} = further.{{ group_column }}
                and links.{{ next_column }} = further.{{ id_column }}
    ),

    middles as (
        select
            group_key,
            map_from_entries(collect_set(struct(next_id, after_next_id))) as next_ids
        from direct
        where after_next_id is not null
        group by group_key
    )

    select
        group_key,
        id,
        end_id
    from (
        select
            direct.group_key,
            direct.id,
            case
                when direct.after_next_id is null then direct.next_id
                else aggregate(
                    sequence(1, 1000),
                    struct(direct.next_id as id, false as is_end),
                    (reached, step) -> case
                        when reached.is_end then reached
                        when try_element_at(middles.next_ids, reached.id) is null
                            then struct(reached.id as id, true as is_end)
                        else struct(try_element_at(middles.next_ids, reached.id) as id, false as is_end)
                    end,
                    reached -> case when reached.is_end then reached.id end
                )
            end as end_id
        from direct
        left join middles
            on direct.group_key = middles.group_key
    ) as followed
    where end_id is not null
{%- endmacro %}
