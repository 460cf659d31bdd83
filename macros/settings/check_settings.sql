{#-
    Stops the run before any work, with one message, where a setting has a value it can't have or a var was
    given that is none. dbt itself takes any var of any name and type.

    Looks at the vars of --vars and at those of dbt_project.yml; no macro of dbt's lists the latter, so the file is read.
-#}
{% macro check_settings() -%}
    {%- if execute -%}
        {%- set given = project_vars() -%}
        {%- set described, values = given.pop("settings"), {} -%}
        {%- for name in given.keys() | list + invocation_args_dict.vars.keys() | list -%}
            {#- As it was given: var() has run what it holds of Jinja. -#}
            {%- do values.update({name: invocation_args_dict.vars.get(name, var(name))}) -%}
        {%- endfor -%}
        {%- set time_zones = run_query(time_zone_names()).columns[0].values() -%}
        {%- set fault = setting_fault(described, values, time_zones, other_packages()) | trim -%}
        {%- if fault -%}
            {%- do exceptions.raise_compiler_error(fault) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The vars of dbt_project.yml, with settings, which describes them. Returns: a dict name -> value. -#}
{% macro project_vars() -%}
    {{ return(adapter.dispatch("project_vars", "cij")()) }}
{%- endmacro %}

{% macro duckdb__project_vars() -%}
    {{ return(fromyaml(text_of(project_folder() ~ "/dbt_project.yml")).vars) }}
{%- endmacro %}

{#- The packages that stand in this project's graph beside it. Returns: a list of names. -#}
{% macro other_packages() -%}
    {{ return(graph.nodes.values() | map(attribute="package_name") | unique | reject("equalto", project_name) | list) }}
{%- endmacro %}
