{{ stage_entity("msdynmkt_customchannelmessage") }}
