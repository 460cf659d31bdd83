{{ stage_entity("msdynmkt_contactpointconsent4") }}
