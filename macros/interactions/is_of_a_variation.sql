{#-
    The condition for messages (rows of fct_channel_engagement) that count for a variation of their content: of channels whose
    sends name it. Texts name it on bounces only, and no rate could come of that. Returns: SQL.
-#}
{% macro is_of_a_variation() -%}
    channel in ('email', 'custom')
    and message_variation_name is not null
    and (was_sent or was_delivered)
    and not is_test_send
{%- endmacro %}
