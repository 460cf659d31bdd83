{#-
    A view of this project names no catalog, so that the database file can be renamed, copied or attached under
    another name (BI tools do all three): a stored "warehouse"."marts"."…" breaks as soon as the file is not called
    warehouse.duckdb any more. Otherwise the same as dbt-duckdb's macro of this name.

    Arguments: relation (the view), sql (its select). Returns: the DDL.
-#}
{% macro duckdb__create_view_as(relation, sql) -%}
    {%- set own_catalog = sql_name(relation.database) ~ "." -%}
    {%- if config.get("contract").enforced %}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    create or replace view {{ relation }} as (
        {{ sql | replace(own_catalog, "") }}
    );
{%- endmacro %}

{#-
    Replaces a view in one statement. dbt's default makes it under another name, moves the old one away, renames and
    drops: four round trips more for each of the 145 staging views, and nothing won where one statement is atomic.
    A model whose SQL is `stored_view()` keeps the view that is there.
-#}
{% materialization view, adapter="duckdb" -%}
    {%- set target_relation = this.incorporate(type="view") -%}
    {%- if sql | trim == stored_view() | trim -%}
        {%- call noop_statement("main", "KEPT") -%}{%- endcall -%}
        {{ return({"relations": [target_relation]}) }}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is not none and not existing.is_view -%}
        {{ drop_relation_if_exists(existing) }}
    {%- endif -%}
    {%- call statement("main") -%}
        {{ get_create_view_as_sql(target_relation, sql) }}
    {%- endcall -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{%- endmaterialization %}

{#- The SQL of a view that stays as it is. -#}
{% macro stored_view() -%}
    select * from {{ this }}
{%- endmacro %}

{#-
    The sample's seeds are loaded as text, every column: guessing types on a sample would turn '00123' into 123 and load the
    sample by other rules than an export, whose types are never trusted either. Reference seeds keep dbt's own way.

    Arguments: model (the seed's node), agate_table (its parsed rows). Returns: the DDL, after running it.
-#}
{% macro duckdb__create_csv_table(model, agate_table) -%}
    {%- if model.config.schema != "sample" -%}
        {{ return(default__create_csv_table(model, agate_table)) }}
    {%- endif -%}
    {%- set ddl -%}
        create table {{ this.render() }} (
            {%- for name in agate_table.column_names %}
            {{ sql_name(name) }} varchar {{- "," if not loop.last }}
            {%- endfor %}
        )
    {%- endset -%}
    {%- call statement("_") -%}{{ ddl }}{%- endcall -%}
    {{ return(ddl) }}
{%- endmacro %}

{#- Of all commands that build, dbt clone alone runs no hook that could stop it: its materialization has to. -#}
{% materialization clone, adapter="duckdb" -%}
    {%- do keep_loaded_export() -%}
    {{ return(materialization_clone_default()) }}
{%- endmaterialization %}
