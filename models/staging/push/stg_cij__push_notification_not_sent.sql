{{ stage_entity("PushNotificationNotSent") }}
