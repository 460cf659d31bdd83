{{ stage_entity("MissingDataAccessPrivileges") }}
