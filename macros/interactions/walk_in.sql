{#- Whether somebody came to an event without a place there: a check-in is all that is known. Argument: registrations (alias of
    fct_event_registrations). Returns: SQL, boolean. -#}
{% macro is_walk_in(registrations) -%}
    not {{ registrations }}.was_registered
    and not {{ registrations }}.was_waitlisted
    and not {{ registrations }}.was_cancelled
{%- endmacro %}
