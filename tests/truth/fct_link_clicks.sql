select * exclude (link_number) from link_clicks
