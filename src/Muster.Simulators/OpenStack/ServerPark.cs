using System.Collections.Immutable;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>Every server there is, and how its life goes on.</summary>
public sealed class ServerPark : Park<Guid, SimulatedServer>
{
    private const string Build = "BUILD", Active = "ACTIVE", Error = "ERROR";

    private readonly OpenStackSimulatorOptions _options;

    internal ServerPark(OpenStackSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping) => _options = options;

    /// <summary>All servers that are not gone, oldest first.</summary>
    public IReadOnlyList<SimulatedServer> Alive => [.. All.Where(server => !server.IsGone)];

    /// <summary>Sets a server's status by hand: <c>SHUTOFF</c>, <c>PAUSED</c>, or <c>DELETED</c> as when somebody deletes it.</summary>
    public void SetStatus(Guid id, string status) => Enter(id, status);

    /// <summary>Locks a server by hand, or unlocks it.</summary>
    public void SetLocked(Guid id, bool isLocked) => Change(id, "locked", server => server.IsLocked = isLocked);

    /// <summary>Gives a server other metadata by hand.</summary>
    public void SetMetadata(Guid id, ImmutableSortedDictionary<string, string> metadata) =>
        Change(id, "metadata", server => server.Metadata = metadata);

    /// <summary>Adds a server and begins to make it.</summary>
    internal void Provision(SimulatedServer server)
    {
        Add(server);
        if (_options.IsFull || _options.FullZones.Contains(server.Zone))
        {
            Fail(server.Id, "No valid host was found. There are not enough hosts available.");
            return;
        }

        switch (DrawFate())
        {
            case Fate.Up:
                EnterLater(_options.Provisioning, server.Id, Build, Active);
                break;
            case Fate.Failed:
                Fail(server.Id, $"Build of instance {server.Id} aborted: Failed to allocate the network(s), not rescheduling.");
                break;
        }
    }

    /// <summary>Begins to stop a server, or to start it.</summary>
    /// <exception cref="OpenStackRefusal">It is not in a state for that, or something else is being done to it.</exception>
    internal void ChangePower(Guid id, string action)
    {
        var (from, to, task) = action switch
        {
            "os-stop" => (Active, "SHUTOFF", "powering-off"),
            "os-start" => ("SHUTOFF", Active, "powering-on"),
            "pause" => (Active, "PAUSED", "pausing"),
            "unpause" => ("PAUSED", Active, "unpausing"),
            "suspend" => (Active, "SUSPENDED", "suspending"),
            _ => ("SUSPENDED", Active, "resuming"),
        };
        Change(id, "task", server =>
        {
            if (server.Task is not null || server.State != from)
            {
                throw OpenStackRefusal.Conflict(
                    $"Cannot '{action}' instance {id} while it is in "
                    + (server.Task is { } other ? $"task_state {other}" : $"vm_state {server.State.ToLowerInvariant()}"));
            }

            server.Task = task;
        });
        Later(_options.Stopping, id, server => server.Task == task, () =>
        {
            Change(id, "task", server => server.Task = null);
            Enter(id, to);
        });
    }

    /// <summary>Begins to end a server.</summary>
    internal void End(Guid id)
    {
        Change(id, "task", server => server.Task = "deleting");
        Later(_options.Stopping, id, server => !server.IsGone, () => Enter(id, SimulatedServer.Gone));
    }

    private void Fail(Guid id, string fault) => Later(_options.Provisioning, id, server => server.State is Build, () => Change(
        id, "state", server => (server.State, server.Fault) = (Error, fault)));
}
