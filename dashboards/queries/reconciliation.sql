-- exceptions means exception_key
select
    exception_type,
    severity,
    count(*) as exceptions,
    any_value(what_to_do) as what_to_do
from ops.reconciliation_exceptions
group by exception_type, severity
order by severity = 'warning' desc, exceptions desc, exception_type
