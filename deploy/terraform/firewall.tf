# Triton lets nothing in to a machine with its firewall on but what a rule allows. Each machine's own nftables say the same.

locals {
  ours = "tag \"muster-installation\" = \"${var.name}\""
  from = {
    for who, networks in { admins = var.admin_networks, clients = var.client_networks } :
    who => contains(networks, "0.0.0.0/0") ? "any" : (
      length(networks) == 1 ? "subnet ${networks[0]}" : "(${join(" OR ", [for network in sort(networks) : "subnet ${network}"])})"
    )
  }
}

resource "triton_firewall_rule" "ssh" {
  description = "${var.name}: SSH from administrators"
  rule        = "FROM ${local.from.admins} TO ${local.ours} ALLOW tcp PORT 22"
  enabled     = true
}

# Cloud firewalls see the port that was called, before the machine leads 443 to 8443.
resource "triton_firewall_rule" "https" {
  description = "${var.name}: HTTPS to Fabio"
  rule        = "FROM ${local.from.clients} TO ${local.ours} ALLOW tcp PORT 443"
  enabled     = true
}

resource "triton_firewall_rule" "cluster" {
  for_each = toset(["tcp", "udp"])

  description = "${var.name}: the machines among themselves, ${each.key}"
  rule        = "FROM ${local.ours} TO ${local.ours} ALLOW ${each.key} PORT all"
  enabled     = true
}
