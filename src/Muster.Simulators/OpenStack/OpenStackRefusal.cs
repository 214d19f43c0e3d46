using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>A request that a service refuses.</summary>
/// <param name="status">The status.</param>
/// <param name="word">The service's word for it, around code and message.</param>
/// <param name="message">The sentence.</param>
internal sealed class OpenStackRefusal(int status, string word, string message)
    : RefusedException(
        new(status, new JsonObject { [word] = new JsonObject { ["code"] = status, ["message"] = message } }), message)
{
    /// <summary>What cannot be.</summary>
    public static OpenStackRefusal Bad(string message) => new(400, "badRequest", message);

    /// <summary>What is not allowed.</summary>
    public static OpenStackRefusal Forbidden(string message) => new(403, "forbidden", message);

    /// <summary>What is not there.</summary>
    public static OpenStackRefusal NotFound(string message) => new(404, "itemNotFound", message);

    /// <summary>What contradicts a state.</summary>
    public static OpenStackRefusal Conflict(string message) => new(409, "conflictingRequest", message);

    /// <summary>Who is not known.</summary>
    public static RefusedException Unknown(string message = "The request you have made requires authentication.")
    {
        var reply = new Reply(401, new JsonObject
        {
            ["error"] = new JsonObject { ["code"] = 401, ["message"] = message, ["title"] = "Unauthorized" },
        });
        return new(reply, message);
    }
}
