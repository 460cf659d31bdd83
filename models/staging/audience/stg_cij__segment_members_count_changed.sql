{{ stage_entity("SegmentMembersCountChanged") }}
