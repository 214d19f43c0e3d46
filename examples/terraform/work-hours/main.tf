# More instances while people work: a scheduler runs
#
#   terraform apply -auto-approve -var shift=day      at eight
#   terraform apply -auto-approve -var shift=night    at six
#
# The bounds hold whatever the shift: nothing sets the capacity below min or above max.
terraform {
  required_providers {
    muster = {
      source = "terraform.local/muster/muster"
    }
  }
}

# MUSTER_ADDR and MUSTER_TOKEN say where the server is and who is asking; without them it is the one of 'muster dev'.
provider "muster" {}

variable "shift" {
  type        = string
  default     = "night"
  description = "day or night"

  validation {
    condition     = contains(["day", "night"], var.shift)
    error_message = "Either day or night."
  }
}

variable "capacity" {
  type        = map(number)
  default     = { day = 5, night = 1 }
  description = "How many instances there are in each shift."
}

resource "muster_template" "web" {
  base_name = "web"
  cloud     = "local"
  image     = "muster hello"

  lifecycle {
    create_before_destroy = true
  }
}

resource "muster_group" "web" {
  name        = "web"
  template_id = muster_template.web.id
  desired     = var.capacity[var.shift]
  min         = 1
  max         = 8
}
