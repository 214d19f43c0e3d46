job "muster-7c0ffee1abcd-9f8e7d6c5b4a4321-web-shop" {
  name = "web.shop"
  type = "batch"
  priority = 50
  datacenters = ["dc1"]
  periodic {
    cron = "49 * * * * * *"
    prohibit_overlap = true
    time_zone = "UTC"
  }
  meta {
    muster_account = "a11ce000-0000-4000-8000-000000000001"
    muster_generation = "7"
    muster_group = "9f8e7d6c-5b4a-4321-9876-fedcba987654"
    muster_group_name = "web.shop"
    muster_installation = "7c0ffee1-abcd-4f00-8a11-0123456789ab"
  }
  group "check" {
    count = 1
    restart {
      attempts = 0
      mode = "fail"
      interval = "60s"
      delay = "1s"
    }
    reschedule {
      attempts = 0
      unlimited = false
    }
    ephemeral_disk {
      size = 10
    }
    task "check" {
      driver = "raw_exec"
      kill_timeout = "25s"
      config {
        command = "/usr/local/bin/muster"
        args = ["scale", "--group-id", "9f8e7d6c-5b4a-4321-9876-fedcba987654", "--timeout", "5m", "--token-file", "$${NOMAD_SECRETS_DIR}/nomad_muster.jwt"]
      }
      env {
        MUSTER_ADDR = "https://muster.example.com:7474"
        MUSTER_NODE = "$${node.unique.name}"
      }
      identity {
        name = "muster"
        aud = ["muster-7c0ffee1-abcd-4f00-8a11-0123456789ab"]
        file = true
        ttl = "360s"
      }
      resources {
        cpu = 50
        memory = 128
      }
      logs {
        max_files = 2
        max_file_size = 1
      }
    }
  }
}
