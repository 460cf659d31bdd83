{{ stage_entity("SegmentSubscribed") }}
