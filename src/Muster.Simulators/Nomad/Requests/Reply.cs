using System.Text.Json.Nodes;

namespace Muster.Simulators.Nomad.Requests;

/// <summary>What is answered.</summary>
/// <param name="Body">JSON; null for an empty body.</param>
/// <param name="Index">The index of what was read or written; null for an answer that has none.</param>
/// <param name="IsRead">Whether it says how fresh it is.</param>
internal sealed record Reply(JsonNode? Body, ulong? Index = null, bool IsRead = false)
{
    /// <summary>Plain bytes instead of JSON.</summary>
    public byte[]? Text { get; init; }
}
