{{ stage_entity("EmailBlockedDomainDeliverability") }}
