"""Drives a vCenter with pyvmomi, which nobody here wrote: python3 judge.py PORT USER PASSWORD. Prints what it saw, a line each."""
import sys

from pyVmomi import SoapStubAdapter, vim, vmodl


def wait(content, task):
    """Waits for a task as pyvmomi's own samples do, by a property collector."""
    collector = content.propertyCollector.CreatePropertyCollector()
    spec = vmodl.query.PropertyCollector.FilterSpec(
        objectSet=[vmodl.query.PropertyCollector.ObjectSpec(obj=task)],
        propSet=[vmodl.query.PropertyCollector.PropertySpec(type=vim.Task, pathSet=["info"], all=False)])
    collector.CreateFilter(spec, True)
    version = None
    while True:
        updates = collector.WaitForUpdatesEx(version, vmodl.query.PropertyCollector.WaitOptions(maxWaitSeconds=20))
        if updates is None:
            sys.exit("no update of the task came")
        version = updates.version
        if task.info.state == vim.TaskInfo.State.success:
            collector.DestroyPropertyCollector()
            return task.info.result
        if task.info.state == vim.TaskInfo.State.error:
            collector.DestroyPropertyCollector()
            raise task.info.error


def main(port, user, password):
    # A port below zero is plain HTTP to pyvmomi.
    stub = SoapStubAdapter(host="127.0.0.1", port=-int(port), path="/sdk", version="vim.version.version11")
    content = vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
    try:
        content.sessionManager.Login(user, password + "x")
    except vim.fault.InvalidLogin:
        print("refused: InvalidLogin")
    content.sessionManager.Login(user, password)
    print("about:", content.about.apiType, content.about.apiVersion)
    index = content.searchIndex
    source = index.FindByInventoryPath("DC1/vm/Templates/debian-12")
    folder = index.FindByInventoryPath("DC1/vm/muster")
    print("template:", source.name, source.config.template, [type(d).__name__ for d in source.config.hardware.device])
    cluster = next(one for one in index.FindByInventoryPath("DC1/host").childEntity if one.name == "west")
    spec = vim.vm.CloneSpec(
        location=vim.vm.RelocateSpec(pool=cluster.resourcePool),
        template=False,
        powerOn=True,
        config=vim.vm.ConfigSpec(
            instanceUuid="55555555-5555-4555-8555-555555555555",
            numCPUs=2,
            memoryMB=2048,
            extraConfig=[vim.option.OptionValue(key="guestinfo.role", value="judge")]))
    machine = wait(content, source.CloneVM_Task(folder=folder, name="judged", spec=spec))
    print("clone:", machine.name, machine.runtime.powerState, machine.runtime.host.parent.name, machine.config.hardware.numCPU)
    print("settings:", {o.key: o.value for o in machine.config.extraConfig if o.key.startswith("guestinfo")})
    print("by uuid:", index.FindByUuid(None, "55555555-5555-4555-8555-555555555555", True, True).name)
    try:
        wait(content, source.CloneVM_Task(folder=folder, name="judged", spec=spec))
    except vim.fault.DuplicateName as fault:
        print("refused: DuplicateName", fault.name, fault.object.name)
    try:
        wait(content, machine.Destroy_Task())
    except vim.fault.InvalidPowerState as fault:
        print("refused: InvalidPowerState", fault.existingState)
    traversal = vmodl.query.PropertyCollector.TraversalSpec(name="all", type=vim.Folder, path="childEntity", skip=False)
    traversal.selectSet = [vmodl.query.PropertyCollector.SelectionSpec(name="all")]
    listed = content.propertyCollector.RetrievePropertiesEx(
        [vmodl.query.PropertyCollector.FilterSpec(
            objectSet=[vmodl.query.PropertyCollector.ObjectSpec(obj=folder, skip=True, selectSet=[traversal])],
            propSet=[vmodl.query.PropertyCollector.PropertySpec(
                type=vim.VirtualMachine, pathSet=["name", 'config.extraConfig["guestinfo.role"].value'])])],
        vmodl.query.PropertyCollector.RetrieveOptions(maxObjects=10))
    for found in listed.objects:
        print("listed:", {p.name: p.val for p in found.propSet})
    try:
        content.propertyCollector.RetrievePropertiesEx(
            [vmodl.query.PropertyCollector.FilterSpec(
                objectSet=[vmodl.query.PropertyCollector.ObjectSpec(obj=machine)],
                propSet=[vmodl.query.PropertyCollector.PropertySpec(type=vim.VirtualMachine, pathSet=["runtime.colour"])])],
            vmodl.query.PropertyCollector.RetrieveOptions())
    except vmodl.query.InvalidProperty as fault:
        print("refused: InvalidProperty", fault.name)
    wait(content, machine.PowerOffVM_Task())
    wait(content, machine.Destroy_Task())
    try:
        print("still there:", machine.name)
    except vmodl.fault.ManagedObjectNotFound:
        print("refused: ManagedObjectNotFound")
    content.sessionManager.Logout()
    try:
        index.FindByInventoryPath("DC1")
    except vim.fault.NotAuthenticated:
        print("refused: NotAuthenticated")


if __name__ == "__main__":
    main(*sys.argv[1:])
