# Packer 1.7 and later fetch the builder; older ones bring it along, and do not know this block.
packer {
  required_plugins {
    triton = {
      version = ">= 1.0.0"
      source  = "github.com/hashicorp/triton"
    }
  }
}
