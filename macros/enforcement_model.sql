{#-
    How a purpose treats a channel. Texts, custom channels and calls need an opt-in unless the purpose says otherwise; of
    e-mails the purpose has to tell.

    Arguments: channel (SQL text), purposes (the alias of int_dataverse__purposes). Returns: SQL text; null for an e-mail
    whose purpose is unknown.
-#}
{% macro enforcement_model(channel, purposes) -%}
    case {{ channel }}
        when 'email' then {{ purposes }}.email_enforcement
        when 'sms' then coalesce({{ purposes }}.sms_enforcement, 'restrictive')
        when 'custom' then coalesce({{ purposes }}.custom_enforcement, 'restrictive')
        when 'voice' then coalesce({{ purposes }}.voice_enforcement, 'restrictive')
    end
{%- endmacro %}
