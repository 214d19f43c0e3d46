using Muster.Simulators.Hetzner.Requests;
using Muster.Simulators.Hetzner.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Hetzner.Servers;

/// <summary>Every server there is, and how its life goes on.</summary>
public sealed class ServerPark : Park<long, SimulatedServer>
{
    private readonly HetznerSimulatorOptions _options;
    private long _lastId = 42_000_000;

    internal ServerPark(HetznerSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping)
    {
        _options = options;
        Actions = new(() => Time.GetUtcNow() + options.ClockSkew);
    }

    internal ActionBook Actions { get; }

    /// <summary>Sets a server's status by hand: what a person, a crash or Hetzner does.</summary>
    public void SetStatus(long id, string status) => Enter(id, status);

    /// <summary>Has what runs in a server not listen when it is to shut down.</summary>
    public void IgnoreShutdown(long id) => Change(id, "guest", server => server.IgnoresShutdown = true);

    /// <summary>Deletes a server by hand, whether it is protected or not.</summary>
    public void Delete(long id) => Remove(id);

    /// <summary>Protects a server from deletion, or ends that.</summary>
    public void SetProtection(long id, bool isProtected) => Change(id, "protection", server => server.IsProtected = isProtected);

    /// <summary>Changes a server's label by hand; null takes it off.</summary>
    public void SetLabel(long id, string key, string? value) => Change(id, "labels", server =>
    {
        var labels = new SortedDictionary<string, string>(server.Labels.ToDictionary(), StringComparer.Ordinal);
        labels.Remove(key);
        if (value is not null)
        {
            labels[key] = value;
        }

        server.Labels = labels;
    });

    internal long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Adds a server if its name is free and there is room, and begins to make it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="starts">Whether it is started once it is made.</param>
    /// <param name="answer">Makes the answer, before anything goes on: gets the actions.</param>
    /// <exception cref="HetznerRefusal">Its name is taken, or there is no room.</exception>
    internal Reply Provision(SimulatedServer server, bool starts, Func<SimulatedAction, SimulatedAction?, Reply> answer)
    {
        // Checked and taken in one step: a name is given out once.
        Guarded(servers =>
        {
            var all = servers.ToArray();
            if (all.Any(one => string.Equals(one.Name, server.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new HetznerRefusal(409, "uniqueness_error", "server name is already used");
            }

            if (all.Length >= _options.MachinesMax)
            {
                throw new HetznerRefusal(403, "resource_limit_exceeded", "server limit reached");
            }

            Add(server);
            return true;
        });
        var making = Actions.Begin("create_server", server.Id);
        var starting = starts ? Actions.Begin("start_server", server.Id) : null;
        var reply = answer(making, starting);
        Begin(server.Id, making, starting);
        return reply;
    }

    /// <summary>Begins to end a server.</summary>
    internal void Terminate(long id, SimulatedAction action)
    {
        Enter(id, "deleting");
        Later(_options.Stopping, id, server => server.State == "deleting", () =>
        {
            Remove(id);
            Actions.End(action);
        });
    }

    /// <summary>Begins to switch a server on; one that is on stays so.</summary>
    internal void Start(long id, SimulatedAction action)
    {
        if (With(id, server => server.State is "off" or "stopping" ? server : null) is null)
        {
            Actions.End(action);
            return;
        }

        Enter(id, "starting");
        Later(_options.Provisioning, id, server => server.State == "starting", () => Begun(id, action));
    }

    /// <summary>Begins to stop a server.</summary>
    /// <param name="id">Which.</param>
    /// <param name="action">What is told of it.</param>
    /// <param name="isOrderly">Whether only what runs in it is asked.</param>
    internal void Stop(long id, SimulatedAction action, bool isOrderly)
    {
        if (With(id, server => server.State is "off" || (isOrderly && server.IgnoresShutdown) ? server : null) is not null)
        {
            // A shutdown is over when what runs in the server was asked, whatever that does.
            Actions.End(action);
            return;
        }

        Enter(id, "stopping");
        Later(_options.Stopping, id, server => server.State == "stopping", () =>
        {
            Enter(id, "off");
            Actions.End(action);
        });
    }

    private void Begin(long id, SimulatedAction making, SimulatedAction? starting)
    {
        var fate = DrawFate();
        if (fate is Fate.Hanging)
        {
            return;
        }

        Later(_options.Provisioning, id, server => server.State == "initializing", () =>
        {
            if (fate is Fate.Failed)
            {
                Enter(id, "off");
                Actions.End(making, "the server could not be made");
                if (starting is not null)
                {
                    Actions.End(starting, "the server could not be made");
                }

                return;
            }

            Actions.End(making);
            if (starting is null)
            {
                Enter(id, "off");
            }
            else if (_options.OffBeforeStart.Typical > TimeSpan.Zero)
            {
                Enter(id, "off");
                Later(_options.OffBeforeStart, id, server => server.State == "off", () => Begun(id, starting));
            }
            else
            {
                Begun(id, starting);
            }
        });
    }

    private void Begun(long id, SimulatedAction starting)
    {
        Enter(id, "running");
        Actions.End(starting);
    }
}
