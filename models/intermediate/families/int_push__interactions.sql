{{ family_interactions([
    ref('stg_cij__bot_push_notification_link_clicked'),
    ref('stg_cij__push_notification_link_clicked'),
    ref('stg_cij__push_notification_not_sent'),
    ref('stg_cij__push_notification_opened'),
    ref('stg_cij__push_notification_sent'),
]) }}
