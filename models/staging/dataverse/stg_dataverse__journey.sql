{{ stage_entity("msdynmkt_journey") }}
