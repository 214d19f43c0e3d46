using System.Collections.Immutable;

namespace Muster.Core.Life;

/// <summary>What somebody asks of a group's drain; what is null stays as it is.</summary>
public sealed record DrainEdit
{
    /// <summary>Whether there is to be none any more; the rest counts for nothing then.</summary>
    public bool IsNone { get; init; }

    /// <summary>Seconds. See <see cref="Drain.Deadline"/>.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>Seconds. See <see cref="Drain.Wait"/>.</summary>
    public double? WaitSeconds { get; init; }

    /// <inheritdoc cref="Drain.Through"/>
    public ImmutableArray<string>? Through { get; init; }
}
