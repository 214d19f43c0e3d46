resource "muster_group" "web" {
  name        = "web"
  template_id = muster_template.web.id
  capacity    = 3
}

# A group that something else scales: Terraform keeps the bounds and leaves desired alone.
resource "muster_group" "workers" {
  name        = "workers"
  template_id = muster_template.web.id
  min         = 2
  max         = 20
  interval    = "30s"
  scale_in    = "outdated-first"

  brakes = {
    launches_per_hour_max = 100
  }
}

# A group in several places: the first is filled up to its max, then the next. When a place has nothing left, the others have it all.
resource "muster_group" "shop" {
  name         = "shop"
  capacity     = 6
  return_after = "30m"

  placement {
    name        = "home"
    template_id = muster_template.web.id
    max         = 4
  }

  placement {
    name        = "away"
    template_id = muster_template.elsewhere.id
  }
}

# The short form for one template in several zones of its cloud, as even as can be.
resource "muster_group" "api" {
  name        = "api"
  template_id = muster_template.web.id
  zones       = ["a", "b", "c"]
  capacity    = 6
}

# A group that the apply waits for.
resource "muster_group" "database" {
  name           = "database"
  template_id    = muster_template.web.id
  capacity       = 1
  wait_for_level = true
  on_destroy     = "keep"

  timeouts {
    create = "5m"
  }
}
