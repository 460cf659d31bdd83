{{ stage_entity("BotSmsLinkClicked") }}
