{{ stage_entity("msdynmkt_sms") }}
