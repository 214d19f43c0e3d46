namespace Muster.Api.Policies;

/// <summary>Kept readings of one metric of a group.</summary>
public sealed record ReadingsView
{
    /// <summary>Of what.</summary>
    public required string Metric { get; init; }

    /// <summary><c>raw</c>, <c>minute</c> or <c>hour</c>: the highest of each.</summary>
    public required string Resolution { get; init; }

    /// <summary>By time.</summary>
    public required IReadOnlyList<ReadingView> Readings { get; init; }
}

/// <summary>One kept reading.</summary>
public sealed record ReadingView
{
    /// <summary>When it was so.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The value; of several instances their mean.</summary>
    public required double Value { get; init; }

    /// <summary>The instances that it covers; 0 where it is one number for all.</summary>
    public required int Instances { get; init; }
}
