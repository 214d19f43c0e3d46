data "muster_policy" "alarm" {
  group = "web"
  name  = "alarm"
}

output "alarm_above" {
  value = data.muster_policy.alarm.above
}
