{{ stage_entity("msdynmkt_pushnotification") }}
