terraform {
  required_version = ">= 1.5"

  required_providers {
    triton = {
      source  = "joyent/triton"
      version = "~> 0.8"
    }
  }

  # The state holds no secret: those are made by ./bootstrap and never seen by Terraform. Keep it somewhere with locks all the same.
}

# Account, key and endpoint come from TRITON_ACCOUNT, TRITON_KEY_ID and TRITON_URL; the key from ssh-agent.
provider "triton" {}
