{{ stage_entity("WebsiteVisited") }}
