{{ stage_entity("ContactDeleted") }}
