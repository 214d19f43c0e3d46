using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>How one cloud credential's budget stands at this moment.</summary>
public sealed record CallFigures
{
    /// <summary>The configured cloud's name.</summary>
    public required string Cloud { get; init; }

    /// <summary>Read calls a second that this process may make: its share of the budget.</summary>
    public required double ReadsPerSecond { get; init; }

    /// <summary>Write calls a second that this process may make: its share of the budget.</summary>
    public required double WritesPerSecond { get; init; }

    /// <summary>Read calls made since the start.</summary>
    public required long Reads { get; init; }

    /// <summary>Write calls made since the start.</summary>
    public required long Writes { get; init; }

    /// <summary>Times the cloud said that there were too many.</summary>
    public required long Throttled { get; init; }

    /// <summary>Calls that failed for any other reason.</summary>
    public required long Failed { get; init; }

    /// <summary>Calls that wait for budget now.</summary>
    public required int Waiting { get; init; }

    /// <summary>Nobody calls before this, because the cloud said so; null when open.</summary>
    public required DateTimeOffset? ClosedUntil { get; init; }
}
