{{ stage_entity("msdyncrm_customerjourney") }}
