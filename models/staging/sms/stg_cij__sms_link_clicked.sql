{{ stage_entity("SmsLinkClicked") }}
