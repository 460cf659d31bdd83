{#-
    The settings that decide which rows loads store, and how: what is stored under other values of them can't stand beside
    what comes. Plain Jinja without anything of dbt's, because `scripts/cij/checks/fingerprints.py` asks the same macro.

    Arguments: described (dict name -> decides_rows, decides_rows_with: `vars.settings` of dbt_project.yml), values (dict
    name -> value, of all settings). Returns: names with blanks between them.
-#}
{% macro settings_that_decide_rows(described, values) -%}
    {%- for name, rules in described.items() if rules.decides_rows or values[rules.decides_rows_with] %}{{ name }} {% endfor -%}
{%- endmacro %}
