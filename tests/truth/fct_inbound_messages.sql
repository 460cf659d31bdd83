select * from inbound
