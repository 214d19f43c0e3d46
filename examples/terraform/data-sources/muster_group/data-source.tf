data "muster_group" "web" {
  name = "web"
}

output "running" {
  value = "${data.muster_group.web.status.running} of ${data.muster_group.web.desired}"
}

# Null where something of the group has no price.
output "cost" {
  value = data.muster_group.web.cost_per_hour
}
