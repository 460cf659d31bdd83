{{ stage_entity("msdynmkt_email") }}
