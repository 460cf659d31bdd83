{#-
    Not null and unique in one scan. Of a table that grows from load to load only the keys in rows of its last load are
    counted: all others were when they came. Returns: each key that is null or occurs more than once, and how often.
-#}
{% test primary_key(model, column_name) %}

{%- set tested = graph.nodes.get(context["model"].attached_node) if execute else none %}

select
    {{ column_name }},
    count(*) as occurrences
from {{ model }}
{%- if tested and tested.config.materialized == "incremental" and "load_number" in tested.columns and this_load() > 1 %}
where
    {{ column_name }} is null
    or {{ column_name }} in (
        select last_load.{{ column_name }}
        from {{ model }} as last_load
        where last_load.load_number = (select max(load_number) from {{ model }})
    )
{%- endif %}
group by {{ column_name }}
having {{ column_name }} is null or count(*) > 1

{% endtest %}
