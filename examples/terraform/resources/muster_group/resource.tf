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

# A group whose instances are probed: an apply waits until they are healthy, and those that turn unhealthy are replaced.
resource "muster_group" "probed" {
  name           = "probed"
  template_id    = muster_template.web.id
  capacity       = 3
  wait_for_level = true

  health = {
    kind     = "http"
    port     = 8080
    path     = "/healthz"
    interval = "5s"
    grace    = "10s"
  }

  repair = {
    unavailable_max = "0"
    surge           = "1"
  }
}

# A group whose instances are tried out before they serve, and have half a minute to finish what they do before they end.
resource "muster_group" "checkout" {
  name        = "checkout"
  template_id = muster_template.web.id
  capacity    = 3

  drain {
    wait = "30s"
  }

  hook {
    name    = "smoke"
    at      = "launch"
    timeout = "10m"
    tell    = "https://ci.example/muster"
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

# A group where it is cheapest, by the prices that the server knows, and for no more than 2.50 an hour in their currency.
resource "muster_group" "batch" {
  name         = "batch"
  capacity     = 20
  distribution = "cheapest"

  brakes = {
    spend_per_hour_max = 2.5
  }

  placement {
    name        = "sure"
    template_id = muster_template.web.id
  }

  placement {
    name          = "spot"
    template_id   = muster_template.web.id
    interruptible = true
    max           = 16
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
