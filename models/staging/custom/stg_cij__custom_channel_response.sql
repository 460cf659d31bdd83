{{ stage_entity("CustomChannelResponse") }}
