namespace Muster.Core.Groups;

/// <summary>How many instances there must be. Always <c>0 ≤ Min ≤ Desired ≤ Max</c>.</summary>
public sealed record Capacity
{
    /// <summary>The level that is kept.</summary>
    public required int Desired { get; init; }

    /// <summary>Nothing may set <see cref="Desired"/> below this.</summary>
    public required int Min { get; init; }

    /// <summary>Nothing may set <see cref="Desired"/> above this.</summary>
    public required int Max { get; init; }
}
