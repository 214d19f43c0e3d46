using System.Text.Json.Nodes;

using Muster.Simulators.Azure.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure.Machines;

/// <summary>Every machine there is, its parts, and how its life goes on.</summary>
public sealed class VmPark : Park<string, SimulatedVm>
{
    private readonly AzureSimulatorOptions _options;

    // Guarded by the park's gate.
    private readonly Dictionary<string, SimulatedPart> _parts = new(StringComparer.Ordinal);
    private readonly List<string> _locks = [];

    internal VmPark(AzureSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping) => _options = options;

    /// <summary>All disks, network interfaces and addresses, those that belong to no machine included.</summary>
    public IReadOnlyList<SimulatedPart> Parts => Guarded(_ => (IReadOnlyList<SimulatedPart>)
        [.. _parts.Values.OrderBy(part => part.Id, StringComparer.Ordinal)]);

    private protected override bool HidesNew => true;

    /// <summary>By what a machine is known: its id, in small letters.</summary>
    internal static string KeyOf(string resourceId) => resourceId.ToLowerInvariant();

    /// <summary>Sets a machine's state by hand: what an operator, a crash or a lost host does.</summary>
    public void SetState(string name, string state) => Enter(IdOf(name), state);

    /// <summary>Has a machine fail by hand.</summary>
    /// <param name="name">Which.</param>
    /// <param name="code">Why.</param>
    /// <param name="runs">Whether it runs all the same.</param>
    public void Fail(string name, string code, bool runs) => Change(IdOf(name), "state", machine =>
        (machine.State, machine.FailedCode, machine.RunsAllTheSame) = ("Failed", code, runs));

    /// <summary>Changes a machine's tag by hand; null takes it off.</summary>
    public void SetTag(string name, string key, string? value) => Change(IdOf(name), "tags", machine =>
    {
        machine.Tags.Remove(key);
        if (value is not null)
        {
            machine.Tags[key] = value;
        }
    });

    /// <summary>Deletes a machine by hand, or takes a spot instance back, with what goes with it.</summary>
    public void Delete(string name) => End(IdOf(name));

    /// <summary>Locks a machine, or lifts that.</summary>
    public void SetLock(string name, bool isLocked)
    {
        var scope = All.First(machine => machine.Name == name).ResourceId;
        Guarded(_ =>
        {
            _locks.Remove(scope);
            if (isLocked)
            {
                _locks.Add(scope);
            }

            return true;
        });
    }

    /// <summary>Adds a part that belongs to nothing.</summary>
    public void AddPart(SimulatedPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        Guarded(_ => _parts[KeyOf(part.Id)] = part);
    }

    /// <summary>The scopes that are locked.</summary>
    internal IReadOnlyList<string> Locks => Guarded(_ => (IReadOnlyList<string>)[.. _locks]);

    internal SimulatedPart? FindPart(string id) => Guarded(_ => _parts.GetValueOrDefault(KeyOf(id)));

    internal void RemovePart(string id) => Guarded(_ => _parts.Remove(KeyOf(id)));

    /// <summary>Adds a machine with its parts and begins to provision it; false where there is one of that name.</summary>
    internal bool TryProvision(SimulatedVm machine, string? failure)
    {
        var isNew = Guarded(machines =>
        {
            if (machines.Any(one => one.Id == machine.Id))
            {
                return false;
            }

            Add(machine);
            foreach (var part in machine.Parts)
            {
                part.Owner = machine.ResourceId;
                _parts[KeyOf(part.Id)] = part;
            }

            return true;
        });
        if (!isNew || (DrawFate() is var fate && failure is null && fate is Fate.Hanging))
        {
            return isNew;
        }

        failure ??= DrawnFailure(fate);
        Later(_options.Provisioning, machine.Id, one => one.State == "Creating" && one.VmId == machine.VmId, () => Change(
            machine.Id, "state", one => (one.State, one.FailedCode) = failure is null ? ("Running", null) : ("Failed", failure)));
        return true;
    }

    /// <summary>Begins to start a machine or to deallocate it; nothing where that is so, or goes on already.</summary>
    internal void Switch(SimulatedVm machine, bool isStart)
    {
        var (through, end, delay) = isStart
            ? ("Starting", "Running", _options.Provisioning) : ("Deallocating", "Deallocated", _options.Stopping);
        if (machine.State == through || machine.State == end)
        {
            return;
        }

        Change(machine.Id, "state", one => (one.State, one.FailedCode) = (through, null));
        Later(delay, machine.Id, one => one.State == through && one.VmId == machine.VmId, () => Change(
            machine.Id, "state", one => (one.State, one.FailedCode) =
                isStart && _options.IsFull ? ("Failed", "AllocationFailed") : (end, null)));
    }

    /// <summary>Begins to delete a machine; nothing where that goes on already.</summary>
    internal void BeginDelete(SimulatedVm machine)
    {
        if (machine.State == "Deleting")
        {
            return;
        }

        Enter(machine.Id, "Deleting");
        Later(_options.Stopping, machine.Id, one => one.State == "Deleting" && one.VmId == machine.VmId, () => End(machine.Id));
    }

    /// <summary>What a list shows after a place, ordered by id.</summary>
    internal List<(string Key, JsonObject Row)> List(string scope, string? after, int count, Func<SimulatedVm, JsonObject> row) =>
        Shown(machines => machines
            .Where(machine => machine.Id.StartsWith(KeyOf(scope), StringComparison.Ordinal))
            .Where(machine => after is null || string.CompareOrdinal(machine.Id, after) > 0)
            .OrderBy(machine => machine.Id, StringComparer.Ordinal)
            .Take(count)
            .Select(machine => (machine.Id, row(machine)))
            .ToList());

    private string? DrawnFailure(Fate fate) => fate is Fate.Failed ? _options.FailingCode : null;

    private string IdOf(string name) => All.First(machine => machine.Name == name).Id;

    private void End(string id)
    {
        Guarded(machines =>
        {
            foreach (var part in machines.First(machine => machine.Id == id).Parts)
            {
                part.Owner = null;
                if (part.GoesWithOwner)
                {
                    _parts.Remove(KeyOf(part.Id));
                }
            }

            return true;
        });
        Remove(id);
    }
}
