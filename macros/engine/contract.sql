{#-
    Checks a model's contract with one `describe`. dbt's own check asks the database twice and formats every column in
    Jinja, which over 200 models costs as much as all else together; it is called where the two differ, for its message.
    Staging models and family tables are not asked at all: their selects are written from the contract, and the casts of
    staging give each column its type. What the var passthrough_columns adds is promised like the columns of the YAML:
    this is the first thing that creating a table or view calls, so all after it see them in `model`.

    Argument: sql (the model's select). Returns: nothing; raises where the contract is broken.
-#}
{% macro duckdb__get_assert_columns_equivalent(sql) -%}
    {%- if raw_name(model) or model.name.endswith("__interactions") -%}
        {%- do model.columns.update(all_columns(model)) -%}
        {{ return("") }}
    {%- endif -%}
    {%- set promised, built, added = [], [], requested_columns() -%}
    {%- for row in run_query("describe " ~ sql).rows -%}
        {%- do built.append(row[0] ~ " " ~ row[1]) -%}
        {%- if row[0] in added -%}{%- do model.columns.update({row[0]: added[row[0]]}) -%}{%- endif -%}
    {%- endfor -%}
    {%- for column in model.columns.values() -%}
        {%- do promised.append(column.name ~ " " ~ column.data_type | upper) -%}
    {%- endfor -%}
    {%- if promised | sort != built | sort -%}
        {{ return(assert_columns_equivalent(sql)) }}
    {%- endif -%}
{%- endmacro %}
