{#- What reads differently in queries. -#}
{% macro default__last_known(expression) -%}
    last_value({{ expression }}) ignore nulls
{%- endmacro %}

{#- Each part of a union is a task of its own, and to read the plan of the whole union takes a task seconds. -#}
{% macro default__in_few_parts(relation) -%}
    {{ "(select /*+ coalesce(4) */ * from " ~ relation ~ ") as " ~ relation if is_small_load() else relation }}
{%- endmacro %}

{#- By a map of the whole set: over a union, Spark's optimizer fails on a subquery that looks at its rows. -#}
{% macro default__option_name(option_set, code) -%}
    try_element_at((
        select map_from_entries(collect_list(struct(options.option_value, options.option_name)))
        from (
            select
                option_value,
                max(option_name) as option_name
            from {{ ref("option_names") }}
            where option_set = {{ sql_text(option_set) }} and option_value is not null
            group by option_value
        ) as options
    ), {{ code }})
{%- endmacro %}
