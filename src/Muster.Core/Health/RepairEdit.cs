namespace Muster.Core.Health;

/// <summary>What somebody asks of how unhealthy instances are replaced; what is null stays as it is.</summary>
public sealed record RepairEdit
{
    /// <summary>One of <see cref="RepairRules.ModeWords"/>.</summary>
    public string? Mode { get; init; }

    /// <summary>One of <see cref="RepairRules.OrderWords"/>.</summary>
    public string? Order { get; init; }

    /// <summary>As it is written: <c>1</c>, <c>10%</c>, <c>0</c>.</summary>
    public string? UnavailableMax { get; init; }

    /// <summary>The same.</summary>
    public string? Surge { get; init; }

    /// <summary>One of <see cref="RepairRules.MassWords"/>.</summary>
    public string? WhenMost { get; init; }
}
