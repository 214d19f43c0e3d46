using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>What to switch off (or on again) by hand. Nothing named true means all three.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SuspendInput
{
    /// <summary>Launching.</summary>
    public bool? Launch { get; init; }

    /// <summary>Terminating.</summary>
    public bool? Terminate { get; init; }

    /// <summary>Filling dead instances' places; changes of capacity still act.</summary>
    public bool? Replace { get; init; }

    /// <summary>Why, for the audit trail; at most 1024 characters.</summary>
    public string? Reason { get; init; }
}
