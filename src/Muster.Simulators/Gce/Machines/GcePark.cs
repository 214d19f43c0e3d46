using System.Collections.Concurrent;

using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Machines;

/// <summary>Every instance, disk and operation there is, and how their lives go on.</summary>
public sealed class GcePark : Park<string, GceMachine>
{
    private readonly GceSimulatorOptions _options;
    private readonly CancellationToken _stopping;
    private readonly Lock _naming = new();
    private ulong _number = 1_000_000_000_000;

    internal GcePark(GceSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping) => (_options, _stopping, Groups) = (options, stopping, new(options));

    /// <summary>The network endpoint groups.</summary>
    public GceGroups Groups { get; }

    /// <summary>The names of all disks, with those that no instance uses.</summary>
    public IReadOnlyList<(string Name, bool IsUsed)> DiskNames =>
        [.. Disks.Values.OrderBy(disk => disk.Name, StringComparer.Ordinal).Select(disk => (disk.Name, disk.User is not null))];

    internal ConcurrentDictionary<string, GceDiskRecord> Disks { get; } = new(StringComparer.Ordinal);

    internal ConcurrentDictionary<string, GceOperation> Operations { get; } = new(StringComparer.Ordinal);

    internal ConcurrentDictionary<string, GceOperation> Requests { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>An instance's id here.</summary>
    public static string IdOf(string zone, string name) => $"{zone}/{name}";

    /// <summary>Sets an instance's state by hand: what an operator, a crash or Google itself does.</summary>
    public void SetState(string id, string state) => Enter(id, state);

    /// <summary>Sets an instance's label by hand; null takes it off.</summary>
    public void SetLabel(string id, string key, string? value) => Change(id, "labels", machine =>
    {
        machine.Labels.Remove(key);
        if (value is not null)
        {
            machine.Labels[key] = value;
        }
    });

    /// <summary>Protects an instance from deletion, or ends that.</summary>
    public void SetProtection(string id, bool isProtected) => Change(id, "protection", machine => machine.IsProtected = isProtected);

    /// <summary>Has an instance listed so that a part of it cannot be read.</summary>
    public void SetOdd(string id) => Change(id, "state", machine => machine.IsOdd = true);

    /// <summary>Has an instance's disks stay when it goes.</summary>
    public void KeepDisks(string id)
    {
        foreach (var disk in With(id, DisksOf) ?? [])
        {
            disk.AutoDelete = false;
        }
    }

    /// <summary>Deletes an instance by hand, at once.</summary>
    public void Delete(string id) => With(id, machine =>
    {
        Forget(machine);
        return machine;
    });

    internal ulong NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Begins an operation.</summary>
    /// <param name="root">The project's link.</param>
    /// <param name="zone">Where.</param>
    /// <param name="type">What it does.</param>
    /// <param name="target">The link of what it is done to.</param>
    /// <param name="number">That one's number.</param>
    internal GceOperation Begin(string root, string zone, string type, string target, ulong number)
    {
        var name = $"operation-{NewGuid():N}";
        var operation = new GceOperation(
            $"{root}/zones/{zone}/operations/{name}", name, $"{root}/zones/{zone}", type, target, number, Time.GetUtcNow());
        Operations[name] = operation;
        return operation;
    }

    /// <summary>Does something after a time, at once where that is none.</summary>
    internal void After(TimeSpan wait, Action act)
    {
        if (wait <= TimeSpan.Zero)
        {
            act();
            return;
        }

        _ = WaitAsync();

        async Task WaitAsync()
        {
            await Task.Delay(wait, Time, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stopping.IsCancellationRequested)
            {
                act();
            }
        }
    }

    /// <summary>Makes an instance, unless its name is taken.</summary>
    /// <param name="machine">It.</param>
    /// <param name="disks">Its disks.</param>
    /// <param name="making">The operation.</param>
    /// <returns>Whether the name was free.</returns>
    internal bool TryMake(GceMachine machine, IReadOnlyList<GceDiskRecord> disks, GceOperation making)
    {
        lock (_naming)
        {
            if (With(machine.Id, one => one) is not null)
            {
                return false;
            }

            machine.Making = making;
            foreach (var disk in disks)
            {
                Disks[disk.Link] = disk;
            }

            Add(machine);
        }

        BringUp(machine, making);
        return true;
    }

    /// <summary>Begins to delete an instance.</summary>
    internal void BeginDelete(GceMachine machine, GceOperation operation)
    {
        machine.Ending.Add(operation);
        if (machine.State != "STOPPING" || machine.Ending.Count == 1)
        {
            Enter(machine.Id, "STOPPING");
            Later(_options.Stopping, machine.Id, one => one.Ending.Count > 0, () => Forget(machine));
        }
    }

    /// <summary>Begins to bring an instance to rest, or up again.</summary>
    internal void BeginSwitch(GceMachine machine, GceOperation operation, string through, string end)
    {
        var obstacle = end is "RUNNING" ? ObstacleOf(machine) : null;
        var before = machine.State;
        machine.Switching = operation;
        Enter(machine.Id, through);
        Later(
            end is "RUNNING" ? _options.Provisioning : _options.Stopping, machine.Id,
            one => one.Switching == operation && one.Ending.Count == 0,
            () =>
            {
                machine.Switching = null;
                Enter(machine.Id, obstacle is null ? end : before);
                operation.End(obstacle);
            });
    }

    private void BringUp(GceMachine machine, GceOperation making)
    {
        if (ObstacleOf(machine) is { } obstacle)
        {
            Later(_options.Provisioning, machine.Id, one => one.State is "PROVISIONING", () =>
            {
                machine.Making = null;
                Forget(machine);
                making.End(obstacle);
            });
            return;
        }

        var fate = DrawFate();
        Later(_options.Provisioning, machine.Id, one => one.State is "PROVISIONING", () =>
        {
            machine.Making = null;
            Enter(machine.Id, fate switch { Fate.Up => "RUNNING", Fate.Failed => "TERMINATED", _ => "STAGING" });
            making.End();
        });
    }

    private (string Code, string Message)? ObstacleOf(GceMachine machine)
    {
        if (Guarded(machines => machines.Count()) > _options.MachinesMax)
        {
            return ("QUOTA_EXCEEDED", $"Quota 'INSTANCES' exceeded.  Limit: {_options.MachinesMax}.0 in region {machine.Zone[..^2]}.");
        }

        return _options.IsFull || _options.FullZones.Contains(machine.Zone)
            ? ("ZONE_RESOURCE_POOL_EXHAUSTED",
                $"The zone 'projects/{_options.Project}/zones/{machine.Zone}' does not have enough resources available to fulfill the "
                + "request.  Try a different zone, or try again later.")
            : null;
    }

    private List<GceDiskRecord> DisksOf(GceMachine machine) => [.. Disks.Values.Where(disk => disk.User == machine.Link)];

    private void Forget(GceMachine machine)
    {
        foreach (var disk in DisksOf(machine))
        {
            disk.User = null;
            if (disk.AutoDelete)
            {
                Disks.TryRemove(disk.Link, out _);
            }
        }

        Remove(machine.Id);
        Groups.Forget(machine.Zone, machine.Name);
        machine.Making?.End(("RESOURCE_NOT_FOUND", $"The resource '{machine.Name}' was not found"));
        machine.Switching?.End(("RESOURCE_NOT_FOUND", $"The resource '{machine.Name}' was not found"));
        machine.Ending.ForEach(operation => operation.End());
    }
}
