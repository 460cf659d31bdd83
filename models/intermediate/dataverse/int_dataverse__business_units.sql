{{ latest_records(ref("stg_dataverse__business_unit"), "business_unit_id") }}
