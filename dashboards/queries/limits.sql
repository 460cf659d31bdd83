-- Settings stand there as JSON.
select
    setting_name,
    trim(setting_value, '"')::double as setting_value
from ops.build_settings
where setting_name in ('hard_bounce_limit', 'hard_bounce_preferred', 'spam_limit')
order by setting_name
