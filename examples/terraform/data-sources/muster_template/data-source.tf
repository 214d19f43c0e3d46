data "muster_template" "web" {
  name = "web-1"
}
