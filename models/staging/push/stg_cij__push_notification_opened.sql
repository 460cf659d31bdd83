{{ stage_entity("PushNotificationOpened") }}
