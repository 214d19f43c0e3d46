using System.Text.Json.Nodes;

namespace Muster.Simulators.Gce.Machines;

/// <summary>What a simulated Compute Engine is doing.</summary>
internal sealed class GceOperation(
    string link, string name, string zoneLink, string type, string target, ulong targetNumber, DateTimeOffset at)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Code, string Message)? _error;
    private volatile bool _isDone;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Done when it is over.</summary>
    public Task Done => _done.Task;

    /// <summary>Ends it; a second time does nothing.</summary>
    public void End((string Code, string Message)? error = null)
    {
        if (!_isDone)
        {
            _error = error;
            _isDone = true;
            _done.TrySetResult();
        }
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["kind"] = "compute#operation",
            ["id"] = "7000000000000000001",
            ["name"] = name,
            ["zone"] = zoneLink,
            ["operationType"] = type,
            ["targetLink"] = target,
            ["targetId"] = $"{targetNumber}",
            ["status"] = _isDone ? "DONE" : "RUNNING",
            ["user"] = "muster@muster-demo.iam.gserviceaccount.com",
            ["progress"] = _isDone ? 100 : 0,
            ["insertTime"] = GceMachine.Text(at),
            ["startTime"] = GceMachine.Text(at),
            ["selfLink"] = link,
        };
        if (_isDone && _error is var (code, message))
        {
            json["error"] = new JsonObject
            {
                ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }),
            };
            json["httpErrorStatusCode"] = code.Contains("QUOTA", StringComparison.Ordinal) ? 403 : 503;
            json["httpErrorMessage"] = code.Contains("QUOTA", StringComparison.Ordinal) ? "FORBIDDEN" : "SERVICE UNAVAILABLE";
        }

        return json;
    }
}
