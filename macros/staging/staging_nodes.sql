{#-
    The entities whose staging views a node reads: a list.

    staging_nodes(): the staging models' nodes by name; empty while parsing, when the graph isn't known yet.
-#}
{% macro entities_of(node) -%}
    {%- set entities = [] -%}
    {%- for id in node.depends_on.nodes if id.startswith("model.cij.stg_cij__") -%}
        {%- do entities.append(graph.nodes[id].config.meta.entity) -%}
    {%- endfor -%}
    {{ return(entities) }}
{%- endmacro %}

{% macro staging_nodes() -%}
    {{ return(nodes_of("model.cij.stg_cij__")) }}
{%- endmacro %}

{#-
    The tables of schema 1.0 that hold what 1.1 keeps in one table per status; a status is the rest of the entity's name.
    Returns: a dict table -> {status (its column), like (an entity with the same attributes)}; empty while parsing.
-#}
{% macro split_tables() -%}
    {%- set kept = remembered("split_tables") -%}
    {%- if kept -%}
        {{ return(kept) }}
    {%- endif -%}
    {%- set tables = {} -%}
    {%- for node in staging_nodes() if (node.config.meta or {}).get("split_table") -%}
        {%- do tables.update({
            node.config.meta.split_table: {"status": node.config.meta.split_by, "like": node.config.meta.entity}
        }) -%}
    {%- endfor -%}
    {%- if tables -%}{%- do remember("split_tables", tables) -%}{%- endif -%}
    {{ return(tables) }}
{%- endmacro %}

{#- The table of schema 1.0 that holds an entity's rows among others, or none. -#}
{% macro split_table_of(entity) -%}
    {%- for table in split_tables() if entity.startswith(table) and entity != table -%}{{ return(table) }}{%- endfor -%}
    {{ return(none) }}
{%- endmacro %}
