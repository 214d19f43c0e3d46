data "muster_group" "web" {
  name = "web"
}

output "running" {
  value = "${data.muster_group.web.status.running} of ${data.muster_group.web.level}"
}

# Who moved the level last: a person's token, or a policy.
output "why" {
  value = "${coalesce(data.muster_group.web.author, "nobody")}: ${coalesce(data.muster_group.web.reason, "no reason given")}"
}

# Null where something of the group has no price.
output "cost" {
  value = data.muster_group.web.cost_per_hour
}
