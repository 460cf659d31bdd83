{#-
    Settings that have to be the same from load to load. int_load_settings holds those that decide which rows are stored, and
    how, as they were when the first were; ops.build_settings all others, as they were when the marts were last made.
-#}

{#- The settings that decide which rows are stored. Returns: a dict name -> text. -#}
{% macro settings_of_stored_rows() -%}
    {%- set values, found = {}, {} -%}
    {%- for name in var("settings") -%}{%- do values.update({name: var(name)}) -%}{%- endfor -%}
    {%- for name in settings_that_decide_rows(var("settings"), values).split() -%}
        {%- do found.update({name: tojson(var(name) | string)}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The others on which a table may depend that grows from load to load. Returns: a dict name -> text. -#}
{% macro settings_of_marts() -%}
    {%- set stored, found = settings_of_stored_rows(), {} -%}
    {%- for name, rules in var("settings").items() if not rules.restates_nothing and name not in stored -%}
        {%- do found.update({name: tojson(var(name) | string)}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Settings as rows. Argument: settings (dict name -> text). Returns: a select of setting_name and setting_value. -#}
{% macro rows_of_settings(settings) -%}
    {%- for name, value in settings.items() %}
    select
        {{ sql_text(name) }} as setting_name,
        {{ sql_text(value) }} as setting_value
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor -%}
{%- endmacro %}

{#- The secret, as what it makes of a text that anybody knows. Returns: SQL. -#}
{% macro trace_of_secret() -%}
    {{ keyed_hash("'secret'") }}
{%- endmacro %}

{#-
    Stops a run over an export under other settings than the stored rows were loaded under, for its rows would
    stand beside those; or than the marts were made under, unless --full-refresh makes these anew.
-#}
{% macro check_load_settings() -%}
    {%- if execute and builds_tables() and has_export() -%}
        {%- set stored = settings_of_stored_rows() -%}
        {%- do stored.update({"CIJ_PII_SECRET": run_query("select " ~ trace_of_secret()).rows[0][0]}) -%}
        {%- for name in _changed_settings("int_load_settings", stored) -%}
            {%- do exceptions.raise_compiler_error(
                name ~ ": not what it was when the stored rows were loaded; set it back, or load all files anew into another database"
            ) -%}
        {%- endfor -%}
        {%- for name in _changed_settings("build_settings", settings_of_marts()) if not flags.FULL_REFRESH -%}
            {%- do exceptions.raise_compiler_error(
                name ~ ": not what it was when the marts were made; set it back, or say --full-refresh, which makes them anew "
                ~ "and keeps what was loaded"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- The settings that differ from those that a model holds. Arguments: model_name, settings. Returns: a list of names. -#}
{% macro _changed_settings(model_name, settings) -%}
    {%- set node, changed = graph.nodes["model.cij." ~ model_name], [] -%}
    {%- if stored_tables(node.schema, node.alias, node.database) -%}
        {%- set held = fromjson(run_query(
            json_of_rows("from " ~ sql_name(node.database) ~ "." ~ node.schema ~ "." ~ node.alias)
        ).rows[0][0]) -%}
        {%- for row in held if settings.get(row.setting_name, row.setting_value) != row.setting_value -%}
            {%- do changed.append(row.setting_name) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(changed) }}
{%- endmacro %}
