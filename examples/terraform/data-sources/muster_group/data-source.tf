data "muster_group" "web" {
  name = "web"
}

output "running" {
  value = "${data.muster_group.web.status.running} of ${data.muster_group.web.desired}"
}
