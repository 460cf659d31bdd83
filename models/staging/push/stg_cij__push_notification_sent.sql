{{ stage_entity("PushNotificationSent") }}
