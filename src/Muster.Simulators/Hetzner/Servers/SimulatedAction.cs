using System.Text.Json.Nodes;

using Muster.Simulators.Hetzner.Requests;

namespace Muster.Simulators.Hetzner.Servers;

/// <summary>What is or was done to a server. All that changes is guarded by its book.</summary>
internal sealed class SimulatedAction
{
    public required long Id { get; init; }

    public required string Command { get; init; }

    public required long Server { get; init; }

    public required DateTimeOffset Started { get; init; }

    public string Status { get; set; } = "running";

    public DateTimeOffset? Finished { get; set; }

    public (string Code, string Message)? Error { get; set; }

    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["command"] = Command,
        ["status"] = Status,
        ["progress"] = Status == "running" ? 0 : 100,
        ["started"] = Moment.Text(Started),
        ["finished"] = Finished is { } at ? Moment.Text(at) : null,
        ["resources"] = new JsonArray(new JsonObject { ["id"] = Server, ["type"] = "server" }),
        ["error"] = Error is var (code, message) ? new JsonObject { ["code"] = code, ["message"] = message } : null,
    };
}
