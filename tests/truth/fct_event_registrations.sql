select
    *,
    epoch(moved_from_waitlist_at) - epoch(waitlisted_at) as seconds_on_waitlist
from registrations
