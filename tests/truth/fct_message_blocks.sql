select * from blocks
