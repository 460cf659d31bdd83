{{ stage_entity("PushNotificationLinkClicked") }}
