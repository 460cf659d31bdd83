{{ stage_entity("EmailBounceCacheBlocked") }}
