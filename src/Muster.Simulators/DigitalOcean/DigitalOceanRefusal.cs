using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.DigitalOcean;

/// <summary>A request that DigitalOcean refuses.</summary>
/// <param name="status">The status.</param>
/// <param name="id">The word for it.</param>
/// <param name="message">The sentence.</param>
internal sealed class DigitalOceanRefusal(int status, string id, string message)
    : RefusedException(new(status, new JsonObject { ["id"] = id, ["message"] = message }), message)
{
    /// <summary>What nearly every refusal is.</summary>
    public static DigitalOceanRefusal Unprocessable(string message) => new(422, "unprocessable_entity", message);

    /// <summary>What is not there.</summary>
    public static DigitalOceanRefusal NotFound() => new(404, "not_found", "The resource you were accessing could not be found.");
}
