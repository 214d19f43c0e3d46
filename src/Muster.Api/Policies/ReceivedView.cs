using System.Text.Json.Serialization;

namespace Muster.Api.Policies;

/// <summary>What a receiver makes of what it was told.</summary>
public sealed record ReceivedView
{
    /// <summary>How many instances it wants from now on; left out where it asks for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Desired { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
