{{ stage_entity("EmailBlockedFrequencyCapReached") }}
