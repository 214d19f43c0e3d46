using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>Which placement to empty.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EvacuateInput
{
    /// <summary>The placement's name. Required.</summary>
    public string? Placement { get; init; }

    /// <summary>
    /// True when what is there counts as dead: it is replaced all at once, even where its cloud cannot be seen, and not in batches of the
    /// surge.
    /// </summary>
    public bool? IgnoreDead { get; init; }

    /// <summary>Why, for the audit trail; at most 1024 characters.</summary>
    public string? Reason { get; init; }
}
