{{ stage_entity("BotPushNotificationLinkClicked") }}
