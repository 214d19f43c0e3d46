namespace Muster.Api.Installation;

/// <summary>The instances that no living group owns, of the clouds that could be looked at.</summary>
public sealed record OrphansView
{
    /// <summary>By creation.</summary>
    public required IReadOnlyList<OrphanView> Items { get; init; }

    /// <summary>Always null: all of them are on this page.</summary>
    public string? NextCursor { get; init; }

    /// <summary>Clouds whose instances are not among the items, because they could not be looked at; empty when all were.</summary>
    public required IReadOnlyList<UnseenCloudView> NotLookedAt { get; init; }
}
