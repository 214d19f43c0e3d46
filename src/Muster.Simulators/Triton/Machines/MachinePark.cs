using System.Text.Json.Nodes;

using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Settings;

namespace Muster.Simulators.Triton.Machines;

/// <summary>Every machine there is, and how its life goes on.</summary>
public sealed class MachinePark : Park<Guid, SimulatedMachine>
{
    private readonly TritonSimulatorOptions _options;

    internal MachinePark(TritonSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping) => _options = options;

    /// <summary>Told of each change, within the change: hears quickly and calls nothing.</summary>
    internal event Action<Guid, JsonObject, string>? Changed;

    /// <summary>All machines that are not gone, oldest first.</summary>
    public IReadOnlyList<SimulatedMachine> Alive => [.. All.Where(machine => machine.IsActive)];

    /// <summary>All machines that are gone or failed, oldest first.</summary>
    public IReadOnlyList<SimulatedMachine> Ended => [.. All.Where(machine => !machine.IsActive)];

    /// <summary>Sets a machine's state by hand: what an operator, a crash or a lost server does.</summary>
    public void SetState(Guid id, string state) => Enter(id, state);

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

    /// <summary>Whether an active machine of the account has the name.</summary>
    internal bool IsTaken(Guid account, string name) =>
        Guarded(machines => machines.Any(machine => machine.Account == account && machine.IsActive && machine.Name == name));

    internal int Count(Guid account) =>
        Guarded(machines => machines.Count(machine => machine.Account == account && machine.IsActive));

    /// <summary>Adds a machine and begins to provision it.</summary>
    internal JsonObject Provision(SimulatedMachine machine)
    {
        Add(machine);
        if (DrawFate() is not Fate.Hanging and var fate)
        {
            EnterLater(_options.Provisioning, machine.Id, machine.State, fate is Fate.Failed ? "failed" : "running");
        }

        return With(machine.Id, one => one.ToJson())!;
    }

    /// <summary>Does something with one machine of the account; null when there is none.</summary>
    internal T? With<T>(Guid account, Guid id, Func<SimulatedMachine, T> use) where T : class =>
        With(id, machine => machine.Account == account ? use(machine) : null);

    /// <summary>Begins to stop a machine, on its way to another state.</summary>
    internal void Stop(SimulatedMachine machine, string end)
    {
        Enter(machine.Id, "stopping");
        EnterLater(_options.Stopping, machine.Id, "stopping", end);
    }

    /// <summary>What a list shows, ordered by id, descending.</summary>
    internal List<JsonObject> List(Guid account, bool withGone, Func<JsonObject, bool> filter) => Shown(machines => machines
        .Where(machine => machine.Account == account)
        .Select(machine => machine.ToJson())
        .Where(shown => withGone || (string?)shown["state"] is not ("deleted" or "failed"))
        .Where(filter)
        .OrderByDescending(shown => (string?)shown["id"], StringComparer.Ordinal)
        .ToList());

    private protected override void OnChanged(SimulatedMachine machine, string what) =>
        Changed?.Invoke(machine.Account, machine.ToJson(), what);
}
