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
