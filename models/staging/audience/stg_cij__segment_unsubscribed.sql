{{ stage_entity("SegmentUnsubscribed") }}
