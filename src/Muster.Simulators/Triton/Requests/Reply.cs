using System.Text.Json.Nodes;

namespace Muster.Simulators.Triton.Requests;

/// <summary>What is answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body; null for none.</param>
internal sealed record Reply(int Status, JsonNode? Body = null)
{
    /// <summary>Headers beside those of every answer.</summary>
    public Dictionary<string, string> Headers { get; } = [];
}
