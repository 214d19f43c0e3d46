# A new release under a living group: terraform apply -var release=2
#
# A template never changes, so another release is another template. The group moves to it before the old one is archived. Running
# instances stay as they are; new launches, and those that replace the dead, are of the new release.
terraform {
  required_providers {
    muster = {
      source = "terraform.local/muster/muster"
    }
  }
}

# MUSTER_ADDR and MUSTER_TOKEN say where the server is and who is asking; without them it is the one of 'muster dev'.
provider "muster" {}

variable "release" {
  type        = string
  default     = "1"
  description = "What the instances answer with."
}

resource "muster_template" "web" {
  base_name = "web"
  cloud     = "local"
  image     = "muster hello"
  tags      = { release = var.release }

  # Both are needed: a name of its own for each template, and the new one before the old one goes.
  lifecycle {
    create_before_destroy = true
  }
}

resource "muster_group" "web" {
  name        = "web"
  template_id = muster_template.web.id
  capacity    = 3
  scale_in    = "outdated-first"
}
