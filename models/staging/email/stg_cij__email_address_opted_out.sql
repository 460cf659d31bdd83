{{ stage_entity("EmailAddressOptedOut") }}
