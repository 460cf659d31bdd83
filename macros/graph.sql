{#-
    The project's nodes whose id begins with `model.cij.` or another text, ordered by id: a list, empty while parsing.
    dbt makes a dict of a node each time that it is asked for, so they are asked for once, and no more than are needed.
-#}
{% macro nodes_of(prefix) -%}
    {%- set kept = remembered("nodes of " ~ prefix) -%}
    {%- if kept is not none -%}
        {{ return(kept) }}
    {%- endif -%}
    {%- set nodes = [] -%}
    {%- if execute -%}
        {%- for id in graph.nodes | sort if id.startswith(prefix) -%}{%- do nodes.append(graph.nodes[id]) -%}{%- endfor -%}
        {%- do remember("nodes of " ~ prefix, nodes) -%}
    {%- endif -%}
    {{ return(nodes) }}
{%- endmacro %}

{#-
    What many nodes of a run would otherwise work out, each anew.

    remember(name, value): keeps a value for the rest of the run. Returns nothing.
    remembered(name): the value, or none. The next run in the same process doesn't see it.
-#}
{% macro remember(name, value) -%}
    {#- Of all that a macro can reach, only the graph is the same object for all nodes. -#}
    {%- do graph.update({"cij " ~ name: {"run": invocation_id, "value": value}}) -%}
{%- endmacro %}

{% macro remembered(name) -%}
    {%- set kept = graph.get("cij " ~ name) -%}
    {{ return(kept["value"] if kept and kept["run"] == invocation_id else none) }}
{%- endmacro %}

{#-
    A model's relation where it is stored and has rows: so a model can do without a join that would find nothing, and unit
    tests do. Argument: name (of a model). Returns: a relation, or none.
-#}
{% macro relation_with_rows(name) -%}
    {%- if model.resource_type == "unit_test" -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set relation = ref(name) -%}
    {%- if execute and load_relation(relation) is not none -%}
        {{ return(relation if run_query("select 1 from " ~ relation ~ " limit 1").rows else none) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
