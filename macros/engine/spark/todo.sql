{#- To be written. -#}
{% macro default__after_parents(relation) -%}cast('todo after_parents' as string){%- endmacro %}
{% macro default__designed_activities(relation) -%}cast('todo designed_activities' as string){%- endmacro %}
{% macro default__designed_steps(relation) -%}cast('todo designed_steps' as string){%- endmacro %}
{% macro default__path_from_the_start(relation) -%}cast('todo path_from_the_start' as string){%- endmacro %}
{% macro default__confine_to(folders, files) -%}cast('todo confine_to' as string){%- endmacro %}
