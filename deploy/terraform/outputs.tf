output "name" {
  description = "Name of the installation."
  value       = var.name
}

output "machines" {
  description = "What ./bootstrap needs to know: name, where SSH answers, and the address on the machines' own network."
  value = [
    for machine in triton_machine.machine : {
      name    = machine.name
      public  = machine.primaryip
      private = one([for nic in machine.nic : nic.ip if nic.network == triton_fabric.machines.id])
    }
  ]
}
