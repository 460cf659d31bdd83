{{ stage_entity("BotEmailLinkClicked") }}
