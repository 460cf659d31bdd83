{{ stage_entity("WebsiteClicked") }}
