{#- The run events (of interaction_types) after which nothing more is to come. Returns: SQL, a list in brackets. -#}
{% macro run_end_events() -%}
    ('completed', 'cancelled_by_failure', 'exited_by_rule', 'suppressed', 'stopped', 'exited')
{%- endmacro %}
