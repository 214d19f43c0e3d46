terraform {
  required_providers {
    muster = {
      source = "terraform.local/muster/muster"
    }
  }
}

# Where the server is and who is asking stand best in MUSTER_ADDR and MUSTER_TOKEN.
provider "muster" {
  address = "https://muster.example.com"
}
