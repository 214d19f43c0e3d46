using System.Text.Json.Nodes;

using Muster.Simulators.Triton.Settings;

namespace Muster.Simulators.Triton.Machines;

/// <summary>Every machine there is, and how its life goes on.</summary>
public sealed class MachinePark
{
    private readonly TritonSimulatorOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationToken _stopping;
    private readonly Lock _gate = new();
    private readonly Random _random;

    // Guarded by the gate.
    private readonly Dictionary<Guid, SimulatedMachine> _machines = [];
    private readonly Dictionary<Guid, (JsonObject Shown, DateTimeOffset Until)> _stale = [];

    internal MachinePark(TritonSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
    {
        (_options, _timeProvider, _stopping) = (options, timeProvider, stopping);
        _random = new(options.Seed);
    }

    /// <summary>Told of each change, within the change: hears quickly and calls nothing.</summary>
    internal event Action<Guid, JsonObject, string>? Changed;

    /// <summary>All machines that are not gone, oldest first.</summary>
    public IReadOnlyList<SimulatedMachine> Alive
    {
        get
        {
            lock (_gate)
            {
                return [.. _machines.Values.Where(machine => machine.IsActive)
                    .OrderBy(machine => machine.Created)
                    .ThenBy(machine => machine.Id)];
            }
        }
    }

    /// <summary>All machines that are gone or failed, oldest first.</summary>
    public IReadOnlyList<SimulatedMachine> Ended
    {
        get
        {
            lock (_gate)
            {
                return [.. _machines.Values.Where(machine => !machine.IsActive)
                    .OrderBy(machine => machine.Created)
                    .ThenBy(machine => machine.Id)];
            }
        }
    }

    /// <summary>Sets a machine's state by hand: what an operator, a crash or a lost server does.</summary>
    public void SetState(Guid id, string state) => Change(id, "state", machine => machine.State = state);

    /// <summary>Changes a machine's tag by hand; null takes it off.</summary>
    public void SetTag(Guid id, string key, string? value) => Change(id, "tags", machine =>
    {
        machine.Tags.Remove(key);
        if (value is not null)
        {
            machine.Tags[key] = value;
        }
    });

    /// <summary>Protects a machine from deletion, or ends that.</summary>
    public void SetProtection(Guid id, bool isProtected) => Change(id, "state", machine => machine.IsProtected = isProtected);

    internal Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_gate)
        {
            _random.NextBytes(bytes);
        }

        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }

    internal TimeSpan Draw(Delay delay)
    {
        lock (_gate)
        {
            return delay.Draw(_random);
        }
    }

    /// <summary>Whether an active machine of the account has the name.</summary>
    internal bool IsTaken(Guid account, string name)
    {
        lock (_gate)
        {
            return _machines.Values.Any(machine => machine.Account == account && machine.IsActive && machine.Name == name);
        }
    }

    internal int Count(Guid account)
    {
        lock (_gate)
        {
            return _machines.Values.Count(machine => machine.Account == account && machine.IsActive);
        }
    }

    /// <summary>Adds a machine and begins to provision it.</summary>
    internal JsonObject Add(SimulatedMachine machine)
    {
        double fate;
        lock (_gate)
        {
            _machines.Add(machine.Id, machine);
            fate = _random.NextDouble();
            Changed?.Invoke(machine.Account, machine.ToJson(), "state");
        }

        if (fate >= _options.HangingShare)
        {
            var end = fate < _options.HangingShare + _options.FailingShare ? "failed" : "running";
            Later(_options.Provisioning, machine.Id, one => one.State == "provisioning", end);
        }

        lock (_gate)
        {
            return machine.ToJson();
        }
    }

    /// <summary>Does something with one machine of the account; null when there is none.</summary>
    internal T? With<T>(Guid account, Guid id, Func<SimulatedMachine, T> use) where T : class
    {
        lock (_gate)
        {
            return _machines.TryGetValue(id, out var machine) && machine.Account == account ? use(machine) : null;
        }
    }

    /// <summary>Begins to stop a machine, on its way to another state.</summary>
    internal void Stop(SimulatedMachine machine, string end)
    {
        SetState(machine.Id, "stopping");
        Later(_options.Stopping, machine.Id, one => one.State == "stopping", end);
    }

    /// <summary>What a list shows, ordered by id, descending.</summary>
    internal List<JsonObject> List(Guid account, bool withGone, Func<JsonObject, bool> filter)
    {
        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow();
            return
            [
                .. _machines.Values
                    .Where(machine => machine.Account == account)
                    .Select(machine => _stale.TryGetValue(machine.Id, out var stale) && stale.Until > now
                        ? (JsonObject)stale.Shown.DeepClone()
                        : machine.ToJson())
                    .Where(shown => withGone || (string?)shown["state"] is not ("deleted" or "failed"))
                    .Where(filter)
                    .OrderByDescending(shown => (string?)shown["id"], StringComparer.Ordinal),
            ];
        }
    }

    internal void Change(Guid id, string what, Action<SimulatedMachine> change)
    {
        lock (_gate)
        {
            var machine = _machines[id];
            if (_options.Lag > TimeSpan.Zero)
            {
                _stale[id] = (machine.ToJson(), _timeProvider.GetUtcNow() + _options.Lag);
            }

            change(machine);
            machine.Updated = _timeProvider.GetUtcNow();
            Changed?.Invoke(machine.Account, machine.ToJson(), what);
        }
    }

    private void Later(Delay delay, Guid id, Predicate<SimulatedMachine> still, string state)
    {
        var wait = Draw(delay);
        if (wait <= TimeSpan.Zero)
        {
            Arrive();
            return;
        }

        _ = WaitAsync();

        async Task WaitAsync()
        {
            await Task.Delay(wait, _timeProvider, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stopping.IsCancellationRequested)
            {
                Arrive();
            }
        }

        void Arrive()
        {
            lock (_gate)
            {
                if (still(_machines[id]))
                {
                    SetState(id, state);
                }
            }
        }
    }
}
