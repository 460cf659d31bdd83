{{ stage_entity("BotCustomLinkClicked") }}
