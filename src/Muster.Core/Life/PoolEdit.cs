using Muster.Core.Clouds;

namespace Muster.Core.Life;

/// <summary>What somebody asks of a group's warm pool; what is null stays as it is.</summary>
public sealed record PoolEdit
{
    /// <summary>Whether there is to be none any more; the rest counts for nothing then.</summary>
    public bool IsNone { get; init; }

    /// <summary>How many are to rest, as a number or a percentage; see <see cref="Pool.Size"/>.</summary>
    public string? Size { get; init; }

    /// <summary>How they rest, as a word; see <see cref="PoolRules.ModeWords"/>.</summary>
    public string? Mode { get; init; }

    /// <inheritdoc cref="Pool.TakesSurplus"/>
    public bool? TakesSurplus { get; init; }

    /// <summary>Seconds; 0 for as old as they will. See <see cref="Pool.AgeMax"/>.</summary>
    public double? AgeMaxSeconds { get; init; }

    /// <summary>Whether it is to stay as it is, if there is one, on clouds that may be others: they have to be able to.</summary>
    public bool IsSameElsewhere { get; init; }

    /// <summary>
    /// Whether a cloud can stop its instances in that manner; of one that whoever asks does not know, true, and the engine finds out.
    /// </summary>
    public Func<string, StopManner, bool> CanStop { get; init; } = (_, _) => true;
}
