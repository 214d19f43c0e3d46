# The average CPU above 80 % for five minutes: 30 % more instances; below 30 % for as long: one fewer, step by step.
#
# On a laptop a push stands in for the load: 'muster reading push --group web --metric cpu 91', again and again for five minutes.
terraform {
  required_providers {
    muster = {
      source = "terraform.local/muster/muster"
    }
  }
}

# MUSTER_ADDR and MUSTER_TOKEN say where the server is and who is asking; without them it is the one of 'muster dev'.
provider "muster" {}

resource "muster_template" "web" {
  base_name = "web"
  cloud     = "local"
  image     = "muster hello"

  lifecycle {
    create_before_destroy = true
  }
}

# Two to begin with. Where the policies have moved the level since is no drift: a plan stays empty.
resource "muster_group" "web" {
  name        = "web"
  template_id = muster_template.web.id
  capacity    = 2
  min         = 1
  max         = 10
}

resource "muster_policy" "alarm" {
  group  = muster_group.web.id
  name   = "alarm"
  kind   = "step"
  metric = "cpu"
  above  = 80
  for    = "5m"
  add    = "30%"
}

resource "muster_policy" "calm" {
  group  = muster_group.web.id
  name   = "calm"
  kind   = "step"
  metric = "cpu"
  below  = 30
  for    = "5m"
  remove = "1"
}
