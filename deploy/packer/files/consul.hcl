# The same on every machine; bootstrap adds local.hcl: names, addresses, the gossip key.
data_dir    = "/var/lib/consul"
server      = true
log_level   = "INFO"
client_addr = "127.0.0.1"

ports {
  http     = 8500
  https    = -1
  grpc     = -1
  grpc_tls = -1
  dns      = 8600
}

tls {
  defaults {
    ca_file         = "/etc/consul/ca.crt"
    cert_file       = "/etc/consul/node.crt"
    key_file        = "/etc/consul/node.key"
    verify_incoming = true
    verify_outgoing = true
    tls_min_version = "TLSv1_2"
  }
  internal_rpc {
    verify_server_hostname = true
  }
}

acl {
  enabled                  = true
  default_policy           = "deny"
  enable_token_persistence = true
}

disable_remote_exec        = true
enable_script_checks       = false
disable_update_check       = true
enable_local_script_checks = false
