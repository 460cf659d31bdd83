select
    channel as id,
    channel_name as label
from marts.dim_channels
order by label
