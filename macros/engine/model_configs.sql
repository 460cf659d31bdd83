{#-
    What models ask of dbt in config() where it depends on the engine. dbt_project.yml, which knows no macros, says the same of
    whole folders.

    materialized_of_what_grows(): of a model that grows from load to load: on Spark a build makes everything anew.
    has_fixed_columns(): whether a contract can hold a fact to the columns of its YAML: not where columns are passed through,
        nor on Spark, which has other names for the types.
-#}
{% macro materialized_of_what_grows() -%}
    {{ return("incremental" if target.type == "duckdb" else "table") }}
{%- endmacro %}

{% macro has_fixed_columns() -%}
    {{ return(target.type == "duckdb" and not var("passthrough_columns")) }}
{%- endmacro %}
