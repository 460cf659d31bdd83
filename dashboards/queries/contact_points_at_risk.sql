select
    points.contact_point_key,
    points.contact_point_type,
    points.bounces_in_a_row,
    points.hard_bounces_in_a_row,
    points.soft_bounces_in_a_row,
    points.counts_as_hard_bounced,
    points.likely_suppressed_until,
    points.sent,
    points.delivered,
    points.last_bounced_at,
    points.last_delivered_at
from marts.dim_contact_points as points
where
    points.bounces_in_a_row > 0
    and {{ chosen("organizations", "points.organization_id") }}
order by
    points.likely_suppressed_until desc nulls last,
    points.counts_as_hard_bounced desc,
    points.bounces_in_a_row desc,
    points.last_bounced_at desc,
    points.contact_point_key
limit 500
