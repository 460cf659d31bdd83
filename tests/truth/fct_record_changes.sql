select * from record_changes
