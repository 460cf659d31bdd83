{{ stage_entity("OutOfEmailCredits") }}
