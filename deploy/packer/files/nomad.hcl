# The same on every machine; bootstrap adds local.hcl: names, addresses, the gossip key, Consul's token.
data_dir  = "/var/lib/nomad"
log_level = "INFO"

server {
  enabled = true
}

client {
  enabled = true

  # Where Muster speaks plain HTTP: deploy/nomad/muster.nomad.hcl.
  host_network "loopback" {
    cidr = "127.0.0.1/32"
  }

  meta {
    fabio = "true"
  }

  reserved {
    reserved_ports = "22,4646-4648,8080,8200-8201,8300-8302,8500,8600,26257"
  }

  options = {
    "driver.allowlist"     = "exec"
    "user.denylist"        = "root,consul,vault,cockroach"
    "user.checked_drivers" = "exec"
  }
}

acl {
  enabled = true
}

tls {
  http                   = true
  rpc                    = true
  ca_file                = "/etc/nomad/ca.crt"
  cert_file              = "/etc/nomad/node.crt"
  key_file               = "/etc/nomad/node.key"
  verify_server_hostname = true
  tls_min_version        = "tls12"
}

vault {
  enabled               = true
  address               = "https://127.0.0.1:8200"
  ca_file               = "/etc/nomad/ca.crt"
  jwt_auth_backend_path = "jwt-nomad"

  default_identity {
    aud  = ["vault.io"]
    ttl  = "1h"
    file = false
  }
}

telemetry {
  prometheus_metrics = true
}
