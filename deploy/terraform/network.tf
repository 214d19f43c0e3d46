data "triton_network" "public" {
  name = var.public_network
}

resource "triton_vlan" "machines" {
  vlan_id     = var.vlan_id
  name        = var.name
  description = "Machines of ${var.name}"
}

resource "triton_fabric" "machines" {
  vlan_id            = triton_vlan.machines.vlan_id
  name               = var.name
  description        = "Machines of ${var.name}"
  subnet             = var.subnet
  provision_start_ip = cidrhost(var.subnet, 5)
  provision_end_ip   = cidrhost(var.subnet, -6)
  gateway            = cidrhost(var.subnet, 1)
  resolvers          = var.resolvers
  # The way out is the public network.
  internet_nat = false
}
