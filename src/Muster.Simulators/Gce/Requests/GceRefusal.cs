using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Requests;

/// <summary>A request that Google refuses.</summary>
/// <param name="status">The status.</param>
/// <param name="reason">The reason in small letters.</param>
/// <param name="message">The sentence.</param>
/// <param name="info">The reason in capitals beside it; null for none.</param>
internal sealed class GceRefusal(int status, string reason, string message, string? info = null)
    : RefusedException(new(status, Body(status, reason, message, info)), message)
{
    /// <summary>Something is not there.</summary>
    public static GceRefusal NotFound(string path) => new(404, "notFound", $"The resource '{path}' was not found");

    /// <summary>A field says something wrong.</summary>
    public static GceRefusal Invalid(string field, string? value, string why) =>
        new(400, "invalid", $"Invalid value for field '{field}': '{value}'. {why}");

    /// <summary>The same for what an operation did not come to.</summary>
    public static JsonObject Body(int status, string reason, string message, string? info)
    {
        var error = new JsonObject
        {
            ["code"] = status,
            ["message"] = message,
            ["errors"] = new JsonArray(new JsonObject
            {
                ["message"] = message,
                ["domain"] = reason is "rateLimitExceeded" or "quotaExceeded" or "accessNotConfigured" ? "usageLimits" : "global",
                ["reason"] = reason,
            }),
        };
        if (status is 401 or 403)
        {
            error["status"] = status == 401 ? "UNAUTHENTICATED" : "PERMISSION_DENIED";
        }

        if (info is not null)
        {
            error["details"] = new JsonArray(new JsonObject
            {
                ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = info, ["domain"] = "googleapis.com",
            });
        }

        return new JsonObject { ["error"] = error };
    }
}
