{{ stage_entity("msdyncrm_marketingemail") }}
