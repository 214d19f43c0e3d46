# Three Muster servers on one CockroachDB or PostgreSQL. What it expects, and how to run it: README.md. Nomad 1.8 or later.

variable "datacenters" {
  type        = list(string)
  default     = ["dc1"]
  description = "Where the servers may run."
}

variable "servers" {
  type        = number
  default     = 3
  description = "How many; each on a machine of its own."
}

variable "executable" {
  type        = string
  default     = "/usr/local/bin/muster"
  description = "The executable on the clients. Empty: it is fetched from artifact."
}

variable "artifact" {
  type        = object({ source = string, checksum = string })
  default     = { source = "", checksum = "" }
  description = "Where the executable is fetched from, and its checksum, as sha256:..."
}

variable "user" {
  type        = object({ name = string, id = number })
  default     = { name = "muster", id = 64001 }
  description = "Who the servers run as; must exist on the clients with this number."
}

variable "store_url" {
  type        = string
  description = "The database, without a password: postgres://muster@cockroach.service.consul:26257/muster?sslrootcert=...&target_session_attrs=any"
}

variable "clouds" {
  type        = string
  description = "The [[cloud]] tables of muster.toml. A Triton key is at {{ env \"NOMAD_SECRETS_DIR\" }}/triton.key."
}

variable "secrets_from" {
  type        = string
  default     = "nomad"
  description = "nomad: the variable nomad/jobs/muster, with database_password, triton_key, tls_certificate and tls_key. vault: kv/data/muster with the first two, and a certificate of pki/issue/muster."
  validation {
    condition     = contains(["nomad", "vault"], var.secrets_from)
    error_message = "It is nomad or vault."
  }
}

variable "service_name" {
  type        = string
  default     = "muster.service.consul"
  description = "The name in the servers' certificates."
}

locals {
  from_vault = var.secrets_from == "vault"
  secret     = local.from_vault ? "{{ with secret \"kv/data/muster\" }}{{ .Data.data.%s }}{{ end }}" : "{{ with nomadVar \"nomad/jobs/muster\" }}{{ .%s }}{{ end }}"

  vault_certificate = <<-END
    {{ with pkiCert "pki/issue/muster" "common_name=${var.service_name}" "ttl=72h" }}{{ .Cert }}
    {{ range .CAChain }}{{ . }}
    {{ end }}{{ .Key }}{{ end }}
  END
  nomad_certificate = <<-END
    {{ with nomadVar "nomad/jobs/muster" }}{{ .tls_certificate }}
    {{ .tls_key }}{{ end }}
  END
}

job "muster" {
  datacenters = var.datacenters
  type        = "service"

  update {
    max_parallel     = 1
    health_check     = "checks"
    min_healthy_time = "15s"
    healthy_deadline = "3m"
    auto_revert      = true
  }

  group "server" {
    count = var.servers

    constraint {
      distinct_hosts = true
    }

    network {
      # Plain HTTP never leaves the machine: the clients name a host network for 127.0.0.1/32.
      port "http" {
        host_network = "loopback"
      }
      port "https" {}
    }

    # A database that is away for a night is no reason to give up.
    restart {
      interval = "10m"
      attempts = 10
      delay    = "15s"
      mode     = "delay"
    }

    service {
      name = "muster"
      port = "https"
      tags = ["urlprefix-/v1 proto=https", "urlprefix-/v1/tsg proto=https", "urlprefix-/openapi proto=https"]

      check {
        name     = "ready"
        type     = "http"
        port     = "http"
        path     = "/readyz"
        interval = "5s"
        timeout  = "3s"
      }
      check {
        name     = "tls"
        type     = "tcp"
        interval = "10s"
        timeout  = "2s"
      }
    }

    task "server" {
      driver = "exec"
      user   = var.user.name
      # More than [pulse] stop_timeout, so that launches in flight may end.
      kill_timeout = "60s"

      config {
        command = var.executable != "" ? var.executable : "local/muster"
        args    = ["server", "--config", "${NOMAD_TASK_DIR}/muster.toml"]
      }

      dynamic "artifact" {
        for_each = var.executable == "" ? [var.artifact] : []
        content {
          source      = artifact.value.source
          destination = "local/muster"
          mode        = "file"
          options {
            checksum = artifact.value.checksum
          }
        }
      }

      dynamic "vault" {
        for_each = local.from_vault ? ["muster"] : []
        content {
          role = vault.value
        }
      }

      template {
        destination = "local/muster.toml"
        data        = <<-END
          data = "{{ env "NOMAD_TASK_DIR" }}/data"

          [server]
          listen = "127.0.0.1:{{ env "NOMAD_PORT_http" }}"
          log_format = "json"

          [store]
          url = "${var.store_url}"
          password_file = "{{ env "NOMAD_SECRETS_DIR" }}/database.password"

          ${var.clouds}
        END
      }

      template {
        destination = "secrets/database.password"
        perms       = "0400"
        uid         = var.user.id
        data        = format(local.secret, "database_password")
      }

      template {
        destination = "secrets/triton.key"
        perms       = "0400"
        uid         = var.user.id
        data        = "${format(local.secret, "triton_key")}\n"
      }

      # About twice what a server of 10,000 groups was measured at: docs/performance.md.
      resources {
        cpu    = 500
        memory = 512
      }
    }

    # TLS from the balancer to this machine; from here on it is loopback.
    task "tls" {
      driver = "exec"
      user   = var.user.name

      lifecycle {
        hook    = "prestart"
        sidecar = true
      }

      config {
        command = "/usr/sbin/haproxy"
        args    = ["-W", "-db", "-f", "${NOMAD_TASK_DIR}/haproxy.cfg"]
      }

      dynamic "vault" {
        for_each = local.from_vault ? ["muster"] : []
        content {
          role = vault.value
        }
      }

      template {
        destination = "local/haproxy.cfg"
        data        = <<-END
          global
              log stderr format raw local0 notice
              ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
          defaults
              mode http
              log global
              timeout connect 5s
              timeout client 5m
              timeout server 5m
              timeout http-request 10s
          frontend tls
              bind {{ env "NOMAD_ADDR_https" }} ssl crt {{ env "NOMAD_SECRETS_DIR" }}/tls.pem alpn h2,http/1.1
              default_backend server
          backend server
              server muster 127.0.0.1:{{ env "NOMAD_PORT_http" }}
        END
      }

      # A new certificate is taken without losing a connection.
      template {
        destination   = "secrets/tls.pem"
        perms         = "0400"
        uid           = var.user.id
        change_mode   = "signal"
        change_signal = "SIGUSR2"
        data          = local.from_vault ? local.vault_certificate : local.nomad_certificate
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
