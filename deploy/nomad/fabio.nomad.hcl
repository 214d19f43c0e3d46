# Fabio on every client that has the meta fabio = "true": HTTPS for people, by the tags of Consul's services. README.md has the rest.

variable "datacenters" {
  type    = list(string)
  default = ["dc1"]
}

variable "executable" {
  type        = string
  default     = "/usr/local/bin/fabio"
  description = "Fabio 1.6 on the clients."
}

variable "user" {
  type        = object({ name = string, id = number })
  default     = { name = "fabio", id = 64002 }
  description = "Who it runs as; must exist on the clients with this number."
}

variable "port" {
  type        = number
  default     = 8443
  description = "Where it listens. Below 1024 it would have to be root; the machines' own rules lead 443 here."
}

job "fabio" {
  datacenters = var.datacenters
  type        = "system"

  constraint {
    attribute = "$${meta.fabio}"
    value     = "true"
  }

  update {
    max_parallel     = 1
    health_check     = "checks"
    min_healthy_time = "15s"
    auto_revert      = true
  }

  group "fabio" {
    network {
      port "https" {
        static = var.port
      }
      port "ui" {
        host_network = "loopback"
      }
    }

    service {
      name = "fabio"
      port = "https"

      # Names in DNS go with this: a Fabio that is away is not in Consul's answer.
      check {
        type     = "http"
        port     = "ui"
        path     = "/health"
        interval = "5s"
        timeout  = "2s"
      }
    }

    task "fabio" {
      driver = "exec"
      user   = var.user.name

      config {
        command = var.executable
        args    = ["-cfg", "${NOMAD_SECRETS_DIR}/fabio.properties"]
      }

      template {
        destination = "secrets/fabio.properties"
        perms       = "0400"
        uid         = var.user.id
        data        = <<-END
          proxy.cs = cs=own;type=path;cert={{ env "NOMAD_SECRETS_DIR" }}/certificates;refresh=60s
          proxy.addr = :{{ env "NOMAD_PORT_https" }};proto=https;cs=own;tlsmin=tls12
          proxy.strategy = rr
          proxy.matcher = prefix
          proxy.header.requestid = X-Request-ID
          proxy.header.sts.maxage = 31536000
          # Events are followed for hours: nothing is cut off after a while.
          proxy.readtimeout = 0s
          proxy.writetimeout = 0s
          proxy.shutdownwait = 5s
          ui.addr = 127.0.0.1:{{ env "NOMAD_PORT_ui" }}
          ui.access = ro
          registry.consul.addr = 127.0.0.1:8500
          registry.consul.token = {{ with nomadVar "nomad/jobs/fabio" }}{{ .consul_token }}{{ end }}
          registry.consul.register.enabled = false
        END
      }

      # Renewed in the variable by whoever renews certificates; Fabio looks once a minute.
      template {
        destination = "secrets/certificates/own-cert.pem"
        perms       = "0400"
        uid         = var.user.id
        change_mode = "noop"
        data        = "{{ with nomadVar \"nomad/jobs/fabio\" }}{{ .tls_certificate }}\n{{ end }}"
      }
      template {
        destination = "secrets/certificates/own-key.pem"
        perms       = "0400"
        uid         = var.user.id
        change_mode = "noop"
        data        = "{{ with nomadVar \"nomad/jobs/fabio\" }}{{ .tls_key }}\n{{ end }}"
      }

      resources {
        cpu    = 200
        memory = 128
      }
    }
  }
}
