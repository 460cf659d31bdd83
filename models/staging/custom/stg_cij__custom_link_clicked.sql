{{ stage_entity("CustomLinkClicked") }}
