{#-
    A view that adds names to a fact by left joins has each of its rows once: the joins lose none, so equal counts say that
    none met two names. Gives one row with both counts where they differ. Argument: fact (name of a model).
-#}
{% test same_rows_as(model, fact) %}
    select *
    from (
        select
            (select count(*) from {{ model }}) as named,
            (select count(*) from {{ ref(fact) }}) as of_the_fact
    ) as counted
    where named != of_the_fact
{% endtest %}
