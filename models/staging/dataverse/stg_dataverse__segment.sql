{{ stage_entity("msdynmkt_segment") }}
