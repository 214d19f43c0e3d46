# One image for every machine of the installation: all programs, no secret, nothing enabled. README.md says how it is used.

variable "triton_url" {
  type        = string
  description = "CloudAPI of the data centre."
}

variable "triton_account" {
  type = string
}

variable "triton_key_id" {
  type        = string
  description = "MD5 fingerprint of a key that is in ssh-agent and in the account."
}

variable "source_image" {
  type        = string
  description = "Id of a Debian 12 image for KVM or bhyve, with cloud-init."
}

variable "package" {
  type        = string
  description = "Name of a package with 2 GiB of memory or more, for the time of building."
}

variable "networks" {
  type        = list(string)
  description = "Ids of networks by which the machine is reached and reaches the internet."
}

variable "version" {
  type        = string
  description = "Of the image, such as 0.1.0."
}

variable "muster" {
  type        = string
  default     = "../../out/muster"
  description = "The executable, as ./build leaves it."
}

variable "checksums" {
  type        = map(string)
  description = "SHA-256 of each archive that install.sh names, from its maker's signed list: consul, nomad, vault, cockroach, fabio."
}

source "triton" "muster" {
  triton_url              = var.triton_url
  triton_account          = var.triton_account
  triton_key_id           = var.triton_key_id
  source_machine_name     = "muster-image-build"
  source_machine_image    = var.source_image
  source_machine_package  = var.package
  source_machine_networks = var.networks
  ssh_username            = "root"
  ssh_agent_auth          = true
  image_name              = "muster"
  image_version           = var.version
  image_description       = "Consul, Nomad, Vault, CockroachDB, Fabio and Muster; nothing enabled"
}

build {
  sources = ["source.triton.muster"]

  provisioner "file" {
    source      = "files"
    destination = "/tmp"
  }
  provisioner "file" {
    source      = var.muster
    destination = "/tmp/muster"
  }
  provisioner "shell" {
    script = "install.sh"
    environment_vars = [
      "CONSUL_SHA256=${var.checksums["consul"]}",
      "NOMAD_SHA256=${var.checksums["nomad"]}",
      "VAULT_SHA256=${var.checksums["vault"]}",
      "COCKROACH_SHA256=${var.checksums["cockroach"]}",
      "FABIO_SHA256=${var.checksums["fabio"]}",
    ]
  }
}
