# A development environment that is up in work hours, and gone at night. Muster follows the clock; nothing has to run Terraform at eight.
terraform {
  required_providers {
    muster = {
      source = "terraform.local/muster/muster"
    }
  }
}

# MUSTER_ADDR and MUSTER_TOKEN say where the server is and who is asking; without them it is the one of 'muster dev'.
provider "muster" {}

resource "muster_template" "dev" {
  base_name = "dev"
  cloud     = "local"
  image     = "muster hello"

  lifecycle {
    create_before_destroy = true
  }
}

# The bounds hold whatever the clock says. Without capacity, the level is left to the schedule.
resource "muster_group" "dev" {
  name        = "dev"
  template_id = muster_template.dev.id
  min         = 0
  max         = 5
}

resource "muster_policy" "office" {
  group = muster_group.dev.id
  name  = "office"
  kind  = "schedule"
  windows = [
    "Mon-Fri 08:00-18:00",
    "2030-06-01 08:00 to 2030-06-02 20:00", # a weekend before something is due
  ]
  zone    = "Europe/Berlin"
  inside  = { min = 3 }
  outside = { max = 0 }
}
