{#-
    Replaces a table in one transaction of two statements. dbt-duckdb's default makes it under another name, looks for
    indexes and foreign keys, moves the old one away, renames and drops: six round trips more for each table of a load.
-#}
{% materialization table, adapter="duckdb" -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type="table") -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement("main") -%}
        {{ replace_table_as(existing, target_relation, sql) }}
    {%- endcall -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target_relation]}) }}
{%- endmaterialization %}

{#-
    Arguments: existing (what bears the table's name now: a relation or none), relation (the table), sql (its select).
    Returns: the statements that make the table anew, as its contract promises it.
-#}
{% macro replace_table_as(existing, relation, sql) -%}
    {{ get_assert_columns_equivalent(sql) }}
    {%- if existing is not none and not existing.is_table %}
    drop {{ existing.type }} {{ existing }};
    {%- endif %}
    create or replace table {{ relation }} {{ get_table_columns_and_constraints() }};
    insert into {{ relation }} {{ get_column_names() }} (
        {{ get_select_subquery(sql) }}
    );
{%- endmacro %}

{#-
    The materialization of tables that grow from load to load. dbt-duckdb's own asks the database six times for the columns
    of either side, which over sixty tables costs more than a small load; here the contract says what they are. Otherwise
    the same: what a strategy does, and the hooks around it, is one transaction, and --full-refresh replaces the table.
-#}
{% materialization incremental, adapter="duckdb" -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- set strategy = config.get("incremental_strategy") -%}
    {%- set load = sql_name(this.identifier ~ "__load") -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing is none or not existing.is_table or should_full_refresh() -%}
        {%- set build_sql = replace_table_as(existing, target_relation, sql) -%}
    {%- else -%}
        {{ get_assert_columns_equivalent(sql) }}
        {%- if strategy != "append_load" -%}
            {%- call statement("load") -%}
                create or replace temp table {{ load }} as
                    {{ sql }}
            {%- endcall -%}
        {%- endif -%}
        {%- set build_sql = adapter.get_incremental_strategy_macro(context, strategy)({
            "target_relation": target_relation,
            "temp_relation": load if strategy != "append_load" else "(" ~ sql ~ ")",
            "unique_key": config.get("unique_key"),
            "dest_columns": model.columns.values() | list,
            "incremental_predicates": none,
        }) -%}
    {%- endif -%}
    {%- call statement("main") -%}
        {{ build_sql }}
    {%- endcall -%}
    {%- call statement("forget_load") -%}drop table if exists {{ load }}{%- endcall -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target_relation]}) }}
{%- endmaterialization %}

{#-
    on-run-start, the last of all: makes dbt list what is stored in each schema. It does so by itself when a model first
    asks, but not safely where two models ask at a time: the second may get a half-made list, and takes its own table
    for missing. Returns nothing.
-#}
{% macro list_stored_relations() -%}
    {%- if execute -%}
        {%- set listed = [] -%}
        {%- for node in nodes_of("model.cij.") + nodes_of("seed.cij.") + nodes_of("snapshot.cij.") -%}
            {%- if (node.database, node.schema) not in listed -%}
                {%- do listed.append((node.database, node.schema)) -%}
                {%- do adapter.get_relation(node.database, node.schema, node.alias) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
