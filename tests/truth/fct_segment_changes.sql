select * from segment_changes
