select * from merged_profiles
