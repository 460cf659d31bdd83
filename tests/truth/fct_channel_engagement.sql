select * exclude (variant, contact_point), md5(lower(contact_point)) as contact_point_key from messages
