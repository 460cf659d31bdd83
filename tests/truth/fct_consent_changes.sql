select * from consent_changes
