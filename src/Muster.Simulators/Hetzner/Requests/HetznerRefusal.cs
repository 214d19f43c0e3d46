using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Hetzner.Requests;

/// <summary>A request that the API refuses.</summary>
/// <param name="status">The status.</param>
/// <param name="code">The API's code.</param>
/// <param name="message">The sentence.</param>
/// <param name="wrongField">The wrong field; null where it is not about one.</param>
/// <param name="why">What is wrong with it.</param>
internal sealed class HetznerRefusal(int status, string code, string message, string? wrongField = null, string? why = null)
    : RefusedException(new(status, Body(code, message, wrongField, why)), message)
{
    /// <summary>A field of a request that is wrong.</summary>
    public static HetznerRefusal Input(string field, string message) =>
        new(422, "invalid_input", $"invalid input in field '{field}'", field, message);

    /// <summary>Something that is not there.</summary>
    public static HetznerRefusal NotFound(string what) => new(404, "not_found", $"{what} not found");

    private static JsonObject Body(string code, string message, string? wrongField, string? why)
    {
        JsonNode? details = null;
        if (wrongField is not null)
        {
            details = new JsonObject
            {
                ["fields"] = new JsonArray(new JsonObject { ["name"] = wrongField, ["messages"] = new JsonArray(why ?? message) }),
            };
        }

        return new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["details"] = details } };
    }
}
