# Three machines, then ten, then fifteen; each apply is done in about a second, and Muster does the rest.
#
#   terraform apply
#   terraform apply -var capacity=10
#   terraform apply -var capacity=15
#   terraform plan -var capacity=15      after somebody scaled the group by hand: the drift
terraform {
  required_providers {
    muster = {
      source = "terraform.local/muster/muster"
    }
  }
}

# MUSTER_ADDR and MUSTER_TOKEN say where the server is and who is asking; without them it is the one of 'muster dev'.
provider "muster" {}

variable "capacity" {
  type        = number
  default     = 3
  description = "How many machines there must be."
}

data "muster_cloud" "here" {
  name = "local"
}

resource "muster_template" "demo" {
  base_name        = "demo"
  cloud            = data.muster_cloud.here.name
  image            = "muster hello"
  firewall_enabled = false
  tags             = { role = "demo" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "muster_group" "demo" {
  name        = "demo"
  template_id = muster_template.demo.id
  capacity    = var.capacity
}
