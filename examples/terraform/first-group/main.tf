# The smallest thing that works: what an instance is, and how many of them there must be.
terraform {
  required_providers {
    muster = {
      source = "terraform.local/muster/muster"
    }
  }
}

# MUSTER_ADDR and MUSTER_TOKEN say where the server is and who is asking; without them it is the one of 'muster dev'.
provider "muster" {}

resource "muster_template" "hello" {
  base_name = "hello"
  cloud     = "local"
  image     = "muster hello"

  lifecycle {
    create_before_destroy = true
  }
}

resource "muster_group" "web" {
  name        = "web"
  template_id = muster_template.hello.id
  capacity    = 3
}
