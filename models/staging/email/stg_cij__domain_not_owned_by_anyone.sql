{{ stage_entity("DomainNotOwnedByAnyone") }}
