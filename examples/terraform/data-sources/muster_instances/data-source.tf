data "muster_instances" "web" {
  group = "web"
}

output "addresses" {
  value = [
    for instance in data.muster_instances.web.instances : instance.addresses[0]
    if instance.state == "running"
  ]
}
