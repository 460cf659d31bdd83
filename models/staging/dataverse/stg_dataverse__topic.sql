{{ stage_entity("msdynmkt_topic") }}
