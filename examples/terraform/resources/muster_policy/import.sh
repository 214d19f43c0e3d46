# The group by name or by id, then the policy.
terraform import muster_policy.alarm web/alarm
