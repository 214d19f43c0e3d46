using System.Collections.Concurrent;

using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>What this process saw of machines, for what vCenter does not tell at every moment. Safe to share.</summary>
internal sealed class VmMemory
{
    /// <summary>How many are remembered; all are forgotten together.</summary>
    private const int Max = 100_000;

    private readonly ConcurrentDictionary<string, Vm> _byUuid = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MoRef, string> _uuids = new();
    private readonly ConcurrentDictionary<string, bool> _started = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Vm> _births = new(StringComparer.Ordinal);

    /// <summary>A clone is asked for; until it is born there is a machine of that name of which vCenter tells little.</summary>
    public void OnBirth(Vm expected) => _births[expected.Name] = expected;

    /// <summary>It is there, or will never be.</summary>
    public void OnBorn(Vm expected) => _births.TryRemove(expected.Name, out _);

    /// <summary>Sees one as it is.</summary>
    public void OnSeen(Vm vm)
    {
        if (_byUuid.Count > Max)
        {
            _byUuid.Clear();
            _uuids.Clear();
            _started.Clear();
        }

        _byUuid[vm.Uuid] = vm;
        _uuids[vm.Ref] = vm.Uuid;
        if (vm.Power is "poweredOn")
        {
            _started[vm.Uuid] = true;
        }
    }

    /// <summary>It is gone.</summary>
    public void OnGone(string uuid)
    {
        if (_byUuid.TryRemove(uuid, out var vm))
        {
            _uuids.TryRemove(vm.Ref, out _);
        }

        _started.TryRemove(uuid, out _);
    }

    /// <summary>The UUIDs of all that was seen.</summary>
    public IReadOnlySet<string> Known => _byUuid.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>What was seen last of it; null where nothing was.</summary>
    public Vm? Find(string uuid) => _byUuid.GetValueOrDefault(uuid);

    /// <summary>What was seen last of it; null where nothing was.</summary>
    public Vm? Find(MoRef target) => _uuids.TryGetValue(target, out var uuid) ? Find(uuid) : null;

    /// <summary>What this process is making under that name; null where it is not.</summary>
    public Vm? Birth(string name) => _births.GetValueOrDefault(name);

    /// <summary>Whether it was ever seen to be on.</summary>
    public bool HasStarted(string uuid) => _started.ContainsKey(uuid);
}
