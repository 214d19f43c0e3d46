data "muster_cloud" "local" {
  name = "local"
}
