{{ stage_entity("RedirectLinkClicked") }}
