using System.Text;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Kit;

/// <summary>What is answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body; null for none.</param>
/// <param name="ContentType">What the body is.</param>
internal sealed record Reply(int Status, byte[]? Body = null, string ContentType = "application/json")
{
    /// <summary>An answer of JSON.</summary>
    public Reply(int status, JsonNode body)
        : this(status, Encoding.UTF8.GetBytes(body.ToJsonString()))
    {
    }

    /// <summary>Headers beside those of every answer.</summary>
    public Dictionary<string, string> Headers { get; } = [];
}
