{{ family_interactions([
    ref('stg_cij__bot_custom_link_clicked'),
    ref('stg_cij__custom_bounced'),
    ref('stg_cij__custom_channel_response'),
    ref('stg_cij__custom_delivered'),
    ref('stg_cij__custom_link_clicked'),
    ref('stg_cij__custom_not_sent'),
    ref('stg_cij__custom_received'),
    ref('stg_cij__custom_sent'),
]) }}
