-- Comes before whatever stores rows, so that no run can add to them under other settings.
{{ rows_of_settings(settings_of_stored_rows()) }}
union all
select
    'CIJ_PII_SECRET' as setting_name,
    {{ trace_of_secret() }} as setting_value
