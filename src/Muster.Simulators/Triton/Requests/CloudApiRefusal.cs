using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Triton.Requests;

/// <summary>A request that CloudAPI refuses.</summary>
/// <param name="status">The status.</param>
/// <param name="code">CloudAPI's code.</param>
/// <param name="message">The sentence.</param>
/// <param name="wrongField">The wrong field; null when it is not about one.</param>
/// <param name="fieldCode">What is wrong with that field.</param>
internal sealed class CloudApiRefusal(int status, string code, string message, string? wrongField = null, string? fieldCode = null)
    : RefusedException(new(status, Body(code, message, wrongField, fieldCode)), message)
{
    private static JsonObject Body(string code, string message, string? wrongField, string? fieldCode)
    {
        var body = new JsonObject { ["code"] = code, ["message"] = message };
        if (wrongField is not null)
        {
            body["errors"] = new JsonArray(new JsonObject
            {
                ["field"] = wrongField,
                ["code"] = fieldCode,
                ["message"] = fieldCode is "Duplicate" ? "Already exists for this owner_uuid" : message,
            });
        }

        return body;
    }
}
