using System.Text.Json.Nodes;

namespace Muster.Simulators.Hetzner.Servers;

/// <summary>Every action. Safe to share.</summary>
internal sealed class ActionBook(Func<DateTimeOffset> now)
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly List<SimulatedAction> _actions = [];
    private long _lastId = 1_000_000;

    /// <summary>Begins one.</summary>
    public SimulatedAction Begin(string command, long server)
    {
        lock (_gate)
        {
            var action = new SimulatedAction { Id = ++_lastId, Command = command, Server = server, Started = now() };
            _actions.Add(action);
            return action;
        }
    }

    /// <summary>Begins one that is over already.</summary>
    public SimulatedAction Do(string command, long server)
    {
        var action = Begin(command, server);
        End(action);
        return action;
    }

    /// <summary>Ends one, in one way or the other; once.</summary>
    public void End(SimulatedAction action, string? failure = null)
    {
        lock (_gate)
        {
            if (action.Status == "running")
            {
                action.Status = failure is null ? "success" : "error";
                action.Finished = now();
                action.Error = failure is null ? null : ("action_failed", failure);
            }
        }
    }

    /// <summary>One as JSON; null where there is none.</summary>
    public JsonObject? Find(long id)
    {
        lock (_gate)
        {
            return _actions.FirstOrDefault(action => action.Id == id)?.ToJson();
        }
    }

    /// <summary>Some as JSON, oldest first.</summary>
    public List<JsonObject> List(Func<SimulatedAction, bool> fits)
    {
        lock (_gate)
        {
            return [.. _actions.Where(fits).Select(action => action.ToJson())];
        }
    }

    /// <summary>One as JSON, as it is now.</summary>
    public JsonObject Shown(SimulatedAction action)
    {
        lock (_gate)
        {
            return action.ToJson();
        }
    }
}
