{{ stage_entity("EmailClicked") }}
