# CockroachDB for small set-ups: a node on each client that has the host volume cockroach, at most as many as nodes says. README.md has
# the rest. Where the database matters more than anything else, run it as a service of the machines, as deploy/terraform does.

variable "datacenters" {
  type    = list(string)
  default = ["dc1"]
}

variable "nodes" {
  type        = number
  default     = 3
  description = "3 or 5: it works on while most of them live."
}

variable "addresses" {
  type        = list(string)
  description = "The clients' addresses, which the nodes join."
}

variable "executable" {
  type    = string
  default = "/usr/local/bin/cockroach"
}

variable "user" {
  type        = object({ name = string, id = number })
  default     = { name = "cockroach", id = 64003 }
  description = "Who it runs as, and who owns the volume; must exist on the clients with this number."
}

job "cockroach" {
  datacenters = var.datacenters
  type        = "service"
  # Before Muster and everything else.
  priority = 80

  update {
    max_parallel     = 1
    health_check     = "checks"
    min_healthy_time = "30s"
    healthy_deadline = "10m"
  }

  group "node" {
    count = var.nodes

    constraint {
      distinct_hosts = true
    }

    # A node that is gone for a while comes back to its own data, and nowhere else.
    disconnect {
      lost_after = "12h"
      replace    = false
    }

    volume "data" {
      type   = "host"
      source = "cockroach"
    }

    network {
      port "sql" {
        static = 26257
      }
      port "http" {
        static       = 8080
        host_network = "loopback"
      }
    }

    service {
      name = "cockroach"
      port = "sql"

      # By loopback and HTTPS with a certificate of the nodes' own authority, which Consul does not know.
      check {
        type            = "http"
        protocol        = "https"
        tls_skip_verify = true
        port            = "http"
        path            = "/health?ready=1"
        interval        = "10s"
        timeout         = "3s"
      }
    }

    task "node" {
      driver         = "exec"
      user           = var.user.name
      kill_signal    = "SIGTERM"
      kill_timeout   = "5m"
      shutdown_delay = "5s"

      config {
        command = var.executable
        args = [
          "start",
          "--certs-dir=${NOMAD_SECRETS_DIR}/certs",
          "--store=path=/data,size=80%",
          "--cache=.25", "--max-sql-memory=.25",
          "--listen-addr=${NOMAD_ADDR_sql}", "--advertise-addr=${NOMAD_ADDR_sql}",
          "--http-addr=${NOMAD_ADDR_http}",
          "--join=${join(",", [for address in var.addresses : "${address}:26257"])}",
        ]
      }

      volume_mount {
        volume      = "data"
        destination = "/data"
      }

      # One certificate for all nodes, with every address in it, made as README.md says.
      template {
        destination = "secrets/certs/ca.crt"
        perms       = "0444"
        data        = "{{ with nomadVar \"nomad/jobs/cockroach\" }}{{ .ca_certificate }}\n{{ end }}"
      }
      template {
        destination   = "secrets/certs/node.crt"
        perms         = "0444"
        change_mode   = "signal"
        change_signal = "SIGHUP"
        data          = "{{ with nomadVar \"nomad/jobs/cockroach\" }}{{ .node_certificate }}\n{{ end }}"
      }
      template {
        destination   = "secrets/certs/node.key"
        perms         = "0400"
        uid           = var.user.id
        change_mode   = "signal"
        change_signal = "SIGHUP"
        data          = "{{ with nomadVar \"nomad/jobs/cockroach\" }}{{ .node_key }}\n{{ end }}"
      }

      resources {
        cpu        = 1000
        memory     = 2048
        memory_max = 4096
      }
    }
  }
}
