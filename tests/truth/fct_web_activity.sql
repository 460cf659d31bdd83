select * from web
