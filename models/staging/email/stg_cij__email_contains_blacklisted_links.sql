{{ stage_entity("EmailContainsBlacklistedLinks") }}
