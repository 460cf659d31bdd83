{{ stage_entity("DomainOwnedByDifferentOrganization") }}
