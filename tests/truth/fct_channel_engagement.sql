select * exclude (variant) from messages
