# By name or by id.
terraform import muster_group.web web
