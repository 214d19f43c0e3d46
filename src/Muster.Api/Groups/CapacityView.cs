namespace Muster.Api.Groups;

/// <summary>How many instances there must be.</summary>
public sealed record CapacityView
{
    /// <summary>The level that is kept.</summary>
    public required int Desired { get; init; }

    /// <summary>Nothing may set desired below this.</summary>
    public required int Min { get; init; }

    /// <summary>Nothing may set desired above this.</summary>
    public required int Max { get; init; }
}
