namespace Muster.Api.Instances;

/// <summary>What sources beside the cloud say of an instance's health after a report.</summary>
public sealed record FindingsView
{
    /// <summary>The cloud's own id.</summary>
    public required string Id { get; init; }

    /// <summary>Each source once, by name.</summary>
    public required IReadOnlyList<FindingView> Findings { get; init; }
}
