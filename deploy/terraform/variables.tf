variable "name" {
  type        = string
  default     = "muster"
  description = "Name of the installation: start of the machines' names, value of their tag, and their name in CNS."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.name))
    error_message = "Name is a small letter, then at most 30 small letters, digits and hyphens."
  }
}

variable "machines" {
  type        = number
  default     = 3
  description = "How many: 3, of which one may be lost, or 5, of which two may. Each has every role."

  validation {
    condition     = contains([3, 5], var.machines)
    error_message = "Machines is 3 or 5: the clusters on them work on while most of them live."
  }
}

variable "image_version" {
  type        = string
  description = "Version of the image muster, as deploy/packer made it."
}

variable "package" {
  type        = string
  description = "Name of the machines' package: 2 vCPU, 4 GiB of memory and 50 GiB of disk or more."
}

variable "public_network" {
  type        = string
  description = "Name of the network by which people reach Fabio, and by which the machines reach CloudAPI."
}

variable "vlan_id" {
  type        = number
  default     = 215
  description = "VLAN of the fabric network that is made for the machines, 2 to 4095."

  validation {
    condition     = var.vlan_id >= 2 && var.vlan_id <= 4095
    error_message = "The VLAN's id is 2 to 4095."
  }
}

variable "subnet" {
  type        = string
  default     = "192.168.128.0/24"
  description = "Subnet of that network; no other of the account's fabrics may have it."

  validation {
    condition     = can(cidrhost(var.subnet, 20))
    error_message = "Subnet is an IPv4 network with room for 20 addresses or more, such as 192.168.128.0/24."
  }
}

variable "resolvers" {
  type        = list(string)
  default     = ["1.1.1.1", "9.9.9.9"]
  description = "Name servers of that network."
}

variable "admin_networks" {
  type        = list(string)
  description = "From where SSH is let in, such as [\"192.0.2.0/24\"]. There is no default, and everywhere is refused."

  validation {
    condition     = length(var.admin_networks) > 0 && alltrue([for network in var.admin_networks : can(cidrhost(network, 0)) && !endswith(network, "/0")])
    error_message = "Admin networks are one or more networks such as 192.0.2.0/24, and not the whole internet."
  }
}

variable "client_networks" {
  type        = list(string)
  default     = ["0.0.0.0/0"]
  description = "From where HTTPS is let in."
}
