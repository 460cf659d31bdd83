{#-
    What somebody answered, from undocumented text: true for true, yes, 1 and confirmed, false for false, no, 0,
    declined and rejected, in any letter case; null for all else.

    Argument: expression (SQL text). Returns: SQL, boolean.
-#}
{% macro yes_or_no(expression) -%}
    {%- set answer = lower_case(trimmed(expression)) -%}
    case
        when {{ answer }} in ('true', 'yes', '1', 'confirmed') then true
        when {{ answer }} in ('false', 'no', '0', 'declined', 'rejected') then false
    end
{%- endmacro %}
