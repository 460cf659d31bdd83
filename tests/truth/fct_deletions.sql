select * from deletions
