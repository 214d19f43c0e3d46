# The average CPU above 80 % for five minutes: 30 % more.
resource "muster_policy" "alarm" {
  group  = muster_group.web.id
  name   = "alarm"
  kind   = "step"
  metric = "cpu"
  above  = 80
  for    = "5m"
  add    = "30%"
}

# Three instances in work hours, none at night.
resource "muster_policy" "office" {
  group   = muster_group.dev.id
  name    = "office"
  kind    = "schedule"
  windows = ["Mon-Fri 08:00-18:00"]
  zone    = "Europe/Berlin"
  inside  = { min = 3 }
  outside = { max = 0 }
}

# The CPU of each instance near 60 %.
resource "muster_policy" "level" {
  group      = muster_group.web.id
  name       = "level"
  kind       = "target"
  metric     = "cpu"
  target     = 60
  shrink_max = "10%"
}

# One instance for each 100 items that wait, none when there are none.
resource "muster_policy" "work" {
  group        = muster_group.jobs.id
  name         = "work"
  kind         = "backlog"
  metric       = "queue"
  per_instance = 100
}

# A forecast that is shown, and not followed before somebody says mode = "on".
resource "muster_policy" "ahead" {
  group  = muster_group.web.id
  name   = "ahead"
  kind   = "predictive"
  metric = "cpu"
  target = 60
}

# Alertmanager, or whoever else has the secret, asks for more.
resource "muster_policy" "pager" {
  group    = muster_group.web.id
  name     = "pager"
  kind     = "receiver"
  on_alarm = "+30%"
}

output "pager" {
  value     = { path = muster_policy.pager.path, secret = muster_policy.pager.secret }
  sensitive = true
}
