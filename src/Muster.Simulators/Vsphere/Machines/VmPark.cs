using Muster.Simulators.Kit;
using Muster.Simulators.Vsphere.Settings;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>The machines of a simulated vCenter, templates included.</summary>
public sealed class VmPark : Park<string, SimulatedVm>
{
    private readonly Lock _bellGate = new();

    private int _keys = 100;
    private TaskCompletionSource _bell = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal VmPark(VsphereSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping)
    {
    }

    /// <summary>Sets a machine's power behind everybody's back.</summary>
    public void SetPower(string uuid, string power) => Enter(KeyOf(uuid), power);

    /// <summary>Sets whether vCenter reaches it.</summary>
    public void SetConnection(string uuid, string connection) =>
        Change(KeyOf(uuid), "connection", vm => vm.Connection = connection);

    /// <summary>Sets one of its advanced settings; null takes it off.</summary>
    public void SetExtra(string uuid, string key, string? value) => Change(
        KeyOf(uuid), "config", vm => vm.Extra = value is null ? vm.Extra.Remove(key) : vm.Extra.SetItem(key, value));

    /// <summary>Takes it away with its disks.</summary>
    public void Delete(string uuid)
    {
        Remove(KeyOf(uuid));
        Ring();
    }

    /// <summary>Copies a machine as a person does, marks and all.</summary>
    /// <returns>The copy's instance UUID.</returns>
    public string Copy(string uuid, string name)
    {
        var source = All.Single(vm => vm.InstanceUuid == uuid);
        var copy = new SimulatedVm
        {
            Id = NewKey("vm"),
            Name = name,
            Created = Time.GetUtcNow(),
            State = source.State,
            InstanceUuid = NewGuid().ToString(),
            Folder = source.Folder,
            Host = source.Host,
            Pool = source.Pool,
            Datastore = source.Datastore,
            Networks = source.Networks,
            Extra = source.Extra,
        };
        Add(copy);
        return copy.InstanceUuid;
    }

    /// <summary>A key that nothing has yet.</summary>
    internal string NewKey(string prefix) => $"{prefix}-{Interlocked.Increment(ref _keys)}";

    /// <summary>Ends with the next change.</summary>
    internal Task NextChange
    {
        get
        {
            lock (_bellGate)
            {
                return _bell.Task;
            }
        }
    }

    /// <summary>Tells who waits that something changed.</summary>
    internal void Ring()
    {
        TaskCompletionSource rung;
        lock (_bellGate)
        {
            rung = _bell;
            _bell = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        rung.SetResult();
    }

    private protected override void OnChanged(SimulatedVm machine, string what) => Ring();

    private string KeyOf(string uuid) => All.Single(vm => vm.InstanceUuid == uuid).Id;
}
