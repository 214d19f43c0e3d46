using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

using Muster.Simulators.Kit;
using Muster.Simulators.Proxmox.Requests;
using Muster.Simulators.Proxmox.Settings;

namespace Muster.Simulators.Proxmox.Machines;

/// <summary>Every machine there is, and how its life goes on.</summary>
public sealed class MachinePark : Park<int, SimulatedMachine>
{
    private const string Suspended = "suspended";

    private readonly ProxmoxSimulatorOptions _options;
    private readonly ConcurrentDictionary<string, SimulatedTask> _tasks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _cloning = new(StringComparer.Ordinal);
    private int _tasksMade;

    internal MachinePark(ProxmoxSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping)
    {
        _options = options;
        // What was there before is known to everybody.
        (var lag, options.Lag) = (options.Lag, TimeSpan.Zero);
        foreach (var machine in Catalogue.Machines(timeProvider.GetUtcNow()))
        {
            Add(machine);
        }

        options.Lag = lag;
    }

    /// <summary>Disks that belong to no machine.</summary>
    public ConcurrentDictionary<string, string> LooseVolumes { get; } = new(StringComparer.Ordinal);

    /// <summary>The machines that were cloned, oldest first: neither templates nor what was there from the beginning.</summary>
    public IReadOnlyList<SimulatedMachine> Clones => [.. All.Where(machine => machine.Id > 9_999)];

    private protected override bool HidesNew => true;

    internal IEnumerable<SimulatedTask> Tasks => _tasks.Values;

    /// <summary>Sets whether a machine runs by hand: what a person or a crash does.</summary>
    public void SetStatus(int vmid, string status) => Enter(vmid, status);

    /// <summary>Deletes a machine by hand.</summary>
    public void Delete(int vmid) => Remove(vmid);

    /// <summary>Sets a line of a configuration by hand; null takes it off.</summary>
    public void SetConfig(int vmid, string key, string? value) => Change(vmid, "config", machine =>
        machine.Config = value is null ? machine.Config.Remove(key) : machine.Config.SetItem(key, value));

    /// <summary>Locks a machine by hand, or unlocks it.</summary>
    public void SetLock(int vmid, string? held) => Change(vmid, "lock", machine => machine.Lock = held);

    /// <summary>Moves a machine to another node by hand, as the high availability does.</summary>
    public void Move(int vmid, string node) => Change(vmid, "node", machine => machine.Node = node);

    /// <summary>Adds a machine by hand.</summary>
    public void Put(SimulatedMachine machine) => Add(machine);

    /// <summary>Ends all clones under way without their cleaning up, as a node does that loses its power.</summary>
    public void BreakOffClones()
    {
        foreach (var task in _tasks.Values.Where(task => task is { Type: "qmclone", Exit: null }))
        {
            task.Exit = "unexpected status";
        }
    }

    internal SimulatedTask? Find(string upid) => _tasks.GetValueOrDefault(upid);

    internal long Seconds => (Time.GetUtcNow() + _options.ClockSkew).ToUnixTimeSeconds();

    /// <summary>A machine of a node.</summary>
    /// <exception cref="ProxmoxRefusal">That node has none of the number.</exception>
    internal SimulatedMachine On(string node, int vmid) =>
        With(vmid, machine => machine.Node == node && !machine.IsContainer ? machine : null) ?? throw ProxmoxRefusal.NoConfig(node, vmid);

    internal SimulatedTask Begin(string node, string type, int about, string user)
    {
        var (made, now) = (Interlocked.Increment(ref _tasksMade), Seconds);
        var upid = string.Create(CultureInfo.InvariantCulture, $"UPID:{node}:{made:X8}:{made * 7:X8}:{now:X8}:{type}:{about}:{user}:");
        return _tasks[upid] = new(upid, node, type, about.ToString(CultureInfo.InvariantCulture), user, now);
    }

    /// <summary>Begins a clone.</summary>
    /// <exception cref="ProxmoxRefusal">It is refused at once.</exception>
    internal SimulatedTask Clone(SimulatedMachine source, int newid, IReadOnlyDictionary<string, string> parameters, string user)
    {
        var isFull = parameters.TryGetValue("full", out var full) ? full == "1" : !source.IsTemplate;
        var (storage, target) = (parameters.GetValueOrDefault("storage"), parameters.GetValueOrDefault("target"));
        target = target == source.Node ? null : target;
        ThrowIfRefused(source, isFull, storage, target, parameters.GetValueOrDefault("pool"));
        var home = storage ?? source.Storage;
        var machine = new SimulatedMachine
        {
            Id = newid,
            Node = source.Node,
            Storage = home,
            Created = Time.GetUtcNow(),
            State = "stopped",
            Lock = "clone",
            Fate = DrawFate(),
            Volume = isFull ? $"{home}:vm-{newid}-disk-0" : $"{home}:base-{source.Id}-disk-0/vm-{newid}-disk-0",
        };
        Guarded(machines => machines.Any(one => one.Id == newid)
            ? throw new ProxmoxRefusal(500, $"unable to create VM {newid}: config file already exists\n")
            : AddClone(machine));
        var task = Begin(source.Node, "qmclone", source.Id, user);
        var clones = _cloning.AddOrUpdate(home, 1, (_, count) => count + 1);
        void End(string exit)
        {
            if (task.Exit is null)
            {
                _cloning.AddOrUpdate(home, 0, (_, count) => count - 1);
                task.Exit = exit;
            }
        }

        var failure = clones > _options.ClonesMax
            ? $"clone failed: can't lock file '/var/lock/pve-manager/pve-storage-{home}' - got timeout"
            : _options.IsFull || Clones.Count > _options.MachinesMax
            ? "clone failed: copy failed: No space left on device"
            : null;
        if (machine.Fate is Fate.Hanging)
        {
            return task;
        }

        // Until its first disk is there, it is a number and a lock.
        var half = new Delay(_options.Provisioning.Typical / 2, _options.Provisioning.Spread);
        Later(half, newid, _ => task.Exit is null, () =>
        {
            if (failure is not null)
            {
                Remove(newid);
                End(failure);
                return;
            }

            Change(newid, "config", one => one.Config = Inherit(source, parameters));
            Later(half, newid, _ => task.Exit is null, () =>
            {
                Change(newid, "lock", one =>
                {
                    one.Lock = null;
                    one.Node = target ?? one.Node;
                    one.Pool = parameters.GetValueOrDefault("pool");
                });
                End("OK");
            });
        });
        return task;
    }

    /// <summary>Begins to start a machine.</summary>
    internal SimulatedTask Start(SimulatedMachine machine, string user)
    {
        var task = Begin(machine.Node, "qmstart", machine.Id, user);
        if (machine.Lock is { } held and not Suspended)
        {
            task.Exit = $"VM is locked ({held})";
        }
        else if (machine.State == "running")
        {
            task.Exit = $"VM {machine.Id} already running";
        }
        else
        {
            Later(_options.Starting, machine.Id, _ => true, () =>
            {
                if (machine.Fate is Fate.Failed)
                {
                    task.Exit = "start failed: QEMU exited with code 1";
                    return;
                }

                Change(machine.Id, "lock", one => one.Lock = one.Lock is Suspended ? null : one.Lock);
                Enter(machine.Id, "running");
                task.Exit = "OK";
            });
        }

        return task;
    }

    /// <summary>Begins to put a machine's memory on its disk.</summary>
    /// <exception cref="ProxmoxRefusal">It does not run, or is only to be paused, which nobody here asks for.</exception>
    internal SimulatedTask Suspend(SimulatedMachine machine, string user, IReadOnlyDictionary<string, string> parameters)
    {
        if (machine.State != "running")
        {
            throw new ProxmoxRefusal(500, $"VM {machine.Id} not running\n");
        }

        if (parameters.GetValueOrDefault("todisk") != "1")
        {
            throw new ProxmoxRefusal(501, "the simulator pauses nothing");
        }

        var task = Begin(machine.Node, "qmsuspend", machine.Id, user);
        if (machine.Lock is { } held)
        {
            task.Exit = $"VM is locked ({held})";
            return task;
        }

        Change(machine.Id, "lock", one => one.Lock = "suspending");
        Later(_options.Stopping, machine.Id, _ => true, () =>
        {
            Change(machine.Id, "lock", one => one.Lock = Suspended);
            Enter(machine.Id, "stopped");
            task.Exit = "OK";
        });
        return task;
    }

    /// <summary>Begins to stop a machine.</summary>
    internal SimulatedTask Stop(SimulatedMachine machine, string user, string type = "qmstop")
    {
        var task = Begin(machine.Node, type, machine.Id, user);
        if (machine.Lock is { } held)
        {
            task.Exit = $"VM is locked ({held})";
        }
        else if (machine.State == "stopped")
        {
            task.Exit = "OK";
        }
        else
        {
            Later(_options.Stopping, machine.Id, _ => true, () =>
            {
                Enter(machine.Id, "stopped");
                task.Exit = "OK";
            });
        }

        return task;
    }

    /// <summary>Removes a machine and its disk.</summary>
    internal SimulatedTask Destroy(SimulatedMachine machine, string user)
    {
        if (machine.Config.GetValueOrDefault("protection") == "1")
        {
            throw new ProxmoxRefusal(500, $"can't remove VM {machine.Id} - protection mode enabled\n");
        }

        if (machine.State == "running")
        {
            throw new ProxmoxRefusal(500, $"VM {machine.Id} is running - destroy failed\n");
        }

        var task = Begin(machine.Node, "qmdestroy", machine.Id, user);
        if (machine.Lock is { } held and not Suspended)
        {
            task.Exit = $"VM is locked ({held})";
            return task;
        }

        Remove(machine.Id);
        task.Exit = "OK";
        return task;
    }

    private bool AddClone(SimulatedMachine machine)
    {
        Add(machine);
        return true;
    }

    private static ImmutableSortedDictionary<string, string> Inherit(
        SimulatedMachine source, IReadOnlyDictionary<string, string> parameters)
    {
        var config = source.Config.SetItem("name", parameters.GetValueOrDefault("name") ?? $"Copy-of-VM-{source.Name}");
        return parameters.TryGetValue("description", out var description) ? config.SetItem("description", description) : config;
    }

    private static void ThrowIfRefused(SimulatedMachine source, bool isFull, string? storage, string? target, string? pool)
    {
        if (pool is not null && pool != Catalogue.Pool)
        {
            throw new ProxmoxRefusal(500, $"pool '{pool}' does not exist\n");
        }

        if (target is not null && !Catalogue.Nodes.Contains(target))
        {
            throw new ProxmoxRefusal(500, $"no such cluster node '{target}'\n");
        }

        if (storage is not null && !Catalogue.Storages.Any(one => one.Name == storage))
        {
            throw new ProxmoxRefusal(500, $"storage '{storage}' does not exist\n");
        }

        if (storage is not null
            && !Catalogue.Storages.First(one => one.Name == storage).Content.Contains("images", StringComparison.Ordinal))
        {
            throw ProxmoxRefusal.Parameters(new Dictionary<string, string>
            {
                ["storage"] = $"storage '{storage}' does not support vm images",
            });
        }

        if (target is not null && storage is not null && !IsShared(storage))
        {
            throw new ProxmoxRefusal(500, $"can't clone to non-shared storage '{storage}'\n");
        }

        if (source.Lock is { } held)
        {
            throw new ProxmoxRefusal(500, $"VM is locked ({held})\n");
        }

        if (storage is not null && !isFull)
        {
            throw new ProxmoxRefusal(500, "parameter 'storage' not allowed for linked clones\n");
        }

        if (target is not null && !IsShared(source.Storage))
        {
            throw new ProxmoxRefusal(500, $"can't clone VM to node '{target}' (VM uses local storage)\n");
        }

        if (!isFull && !source.IsTemplate)
        {
            throw new ProxmoxRefusal(500, $"Linked clone feature is not supported for '{source.Volume}' (scsi0)\n");
        }
    }

    private static bool IsShared(string storage) => Catalogue.Storages.First(one => one.Name == storage).IsShared;
}
