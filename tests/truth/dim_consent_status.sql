select * from consent_status
