using Muster.Core.Prices;

namespace Muster.Core.Groups;

/// <summary>A change of brakes; what is null stays as it is. The ranges are those of <see cref="Brakes"/>.</summary>
public sealed record BrakesEdit
{
    /// <inheritdoc cref="Brakes.LaunchesInFlightMax"/>
    public int? LaunchesInFlightMax { get; init; }

    /// <inheritdoc cref="Brakes.LaunchesPerCheckMax"/>
    public int? LaunchesPerCheckMax { get; init; }

    /// <inheritdoc cref="Brakes.TerminationsPerCheckMax"/>
    public int? TerminationsPerCheckMax { get; init; }

    /// <inheritdoc cref="Brakes.LaunchesPerHourMax"/>
    public int? LaunchesPerHourMax { get; init; }

    /// <summary><see cref="PriceRules.NoLimit"/> for none. See <see cref="Brakes.SpendPerHourMax"/>.</summary>
    public decimal? SpendPerHourMax { get; init; }

    /// <inheritdoc cref="Brakes.TerminationsPerHourMax"/>
    public int? TerminationsPerHourMax { get; init; }
}
