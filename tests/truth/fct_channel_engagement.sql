select * from messages
