data "triton_image" "muster" {
  name        = "muster"
  version     = var.image_version
  most_recent = true
}

resource "triton_machine" "machine" {
  count = var.machines

  name     = format("%s-%02d", var.name, count.index + 1)
  package  = var.package
  image    = data.triton_image.muster.id
  networks = [data.triton_network.public.id, triton_fabric.machines.id]

  # Each on a server of its own, where there are as many.
  affinity = ["muster-installation!=~${var.name}"]

  tags = {
    "muster-installation" = var.name
  }

  # NAME.svc.ACCOUNT.DATACENTER... leads to the machines that run: a lost one is out of it by itself.
  cns {
    services = [var.name]
  }

  firewall_enabled            = true
  deletion_protection_enabled = true

  # Before anything listens, the rules are there.
  depends_on = [
    triton_firewall_rule.ssh,
    triton_firewall_rule.https,
    triton_firewall_rule.cluster,
  ]

  lifecycle {
    # A new image is rolled out a machine at a time: README.md, "Upgrade".
    ignore_changes = [image]
  }
}
