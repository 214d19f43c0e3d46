namespace Muster.Api.Groups;

/// <summary>How instances leave their load balancers before they are terminated.</summary>
public sealed record DrainView
{
    /// <summary>Seconds after which an instance is terminated, drained or not.</summary>
    public required double DeadlineS { get; init; }

    /// <summary>Seconds that are waited at least.</summary>
    public required double WaitS { get; init; }

    /// <summary>The sources of traffic that an instance leaves, by name; empty where there is only the wait.</summary>
    public required IReadOnlyList<string> Through { get; init; }
}
