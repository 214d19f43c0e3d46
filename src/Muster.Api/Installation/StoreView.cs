namespace Muster.Api.Installation;

/// <summary>What Muster remembers with.</summary>
public sealed record StoreView
{
    /// <summary><c>sqlite</c> or <c>postgres</c>, which CockroachDB is, too.</summary>
    public required string Kind { get; init; }

    /// <summary>The newest migration in it.</summary>
    public required string Schema { get; init; }

    /// <summary>
    /// How far the clock of this server's machine is ahead of the store's; negative when it is behind. Servers go by the store's.
    /// </summary>
    public required double MachineClockAheadS { get; init; }
}
