resource "muster_template" "web" {
  base_name = "web"
  cloud     = "local"
  image     = "muster hello"
  tags      = { role = "web" }

  # With base_name, a new template can stand beside the old one until the group has moved.
  lifecycle {
    create_before_destroy = true
  }
}
