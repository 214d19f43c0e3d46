# The same on every machine; bootstrap adds local.hcl: addresses and whom to join.
ui            = false
disable_mlock = true
log_level     = "info"

listener "tcp" {
  address         = "0.0.0.0:8200"
  cluster_address = "0.0.0.0:8201"
  tls_cert_file   = "/etc/vault/node.crt"
  tls_key_file    = "/etc/vault/node.key"
  tls_min_version = "tls12"
}
