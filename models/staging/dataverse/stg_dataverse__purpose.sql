{{ stage_entity("msdynmkt_purpose") }}
