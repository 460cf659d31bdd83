{{ family_interactions([
    ref('stg_cij__bot_sms_link_clicked'),
    ref('stg_cij__sms_bounced'),
    ref('stg_cij__sms_delivered'),
    ref('stg_cij__sms_link_clicked'),
    ref('stg_cij__sms_not_sent'),
    ref('stg_cij__sms_received'),
    ref('stg_cij__sms_sent'),
]) }}
