select
    *,
    epoch(confirmed_at) - epoch(confirmation_requested_at) as seconds_to_confirm
from forms
