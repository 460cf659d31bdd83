"""What dashboard and report share: the queries in dashboards/queries, a reader of warehouses, and what figures mean."""
