{#-
    What somebody answered, from undocumented text: true for true, yes, 1 and confirmed, false for false, no, 0,
    declined and rejected, in any letter case; null for all else.

    Argument: expression (SQL text). Returns: SQL, boolean.
-#}
{% macro yes_or_no(expression) -%}
    case
        when lower(trim({{ expression }})) in ('true', 'yes', '1', 'confirmed') then true
        when lower(trim({{ expression }})) in ('false', 'no', '0', 'declined', 'rejected') then false
    end
{%- endmacro %}
