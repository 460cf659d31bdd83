select * from contact_point_consents
