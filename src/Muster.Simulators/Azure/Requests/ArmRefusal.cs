using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure.Requests;

/// <summary>A request that Azure refuses.</summary>
/// <param name="status">The status.</param>
/// <param name="code">Azure's code.</param>
/// <param name="message">The sentence.</param>
/// <param name="target">The part of the request that it is about; null for none.</param>
internal sealed class ArmRefusal(int status, string code, string message, string? target = null)
    : RefusedException(new(status, Body(code, message, target)), message)
{
    /// <summary>The code.</summary>
    public string Code => code;

    /// <summary>The body of a refusal.</summary>
    public static JsonObject Body(string code, string message, string? target = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (target is not null)
        {
            error["target"] = target;
        }

        return new() { ["error"] = error };
    }
}
