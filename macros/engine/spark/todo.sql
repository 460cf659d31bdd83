{#- To be written. -#}
{% macro default__after_parents(relation) -%}cast('todo after_parents' as string){%- endmacro %}
{% macro default__bytes_as_id(expression) -%}cast('todo bytes_as_id' as string){%- endmacro %}
{% macro default__cast_can_fail(raw_type, data_type) -%}cast('todo cast_can_fail' as string){%- endmacro %}
{% macro default__cast_to(expression, raw_type, column) -%}cast('todo cast_to' as string){%- endmacro %}
{% macro default__designed_activities(relation) -%}cast('todo designed_activities' as string){%- endmacro %}
{% macro default__designed_steps(relation) -%}cast('todo designed_steps' as string){%- endmacro %}
{% macro default__is_from(expression, raw_type, instant) -%}cast('todo is_from' as string){%- endmacro %}
{% macro default__is_there(expression, raw_type) -%}cast('todo is_there' as string){%- endmacro %}
{% macro default__masked(text) -%}cast('todo masked' as string){%- endmacro %}
{% macro default__number_in(text) -%}cast('todo number_in' as string){%- endmacro %}
{% macro default__path_from_the_start(relation) -%}cast('todo path_from_the_start' as string){%- endmacro %}
{% macro default__to_id(expression, raw_type) -%}cast('todo to_id' as string){%- endmacro %}
{% macro default__to_timestamp(expression, raw_type) -%}cast('todo to_timestamp' as string){%- endmacro %}
{% macro default__where_it_holds(value, condition) -%}cast('todo where_it_holds' as string){%- endmacro %}
