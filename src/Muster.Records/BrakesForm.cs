using Muster.Core.Groups;

namespace Muster.Records;

/// <summary>The form of <see cref="Brakes"/>.</summary>
public sealed record BrakesForm(
    int LaunchesInFlightMax, int LaunchesPerCheckMax, int TerminationsPerCheckMax, int LaunchesPerHourMax, int TerminationsPerHourMax)
    : IForm<BrakesForm, Brakes>
{
    /// <inheritdoc/>
    public static BrakesForm Of(Brakes value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.LaunchesInFlightMax,
            value.LaunchesPerCheckMax,
            value.TerminationsPerCheckMax,
            value.LaunchesPerHourMax,
            value.TerminationsPerHourMax);
    }

    /// <inheritdoc/>
    public Brakes ToValue() => new()
    {
        LaunchesInFlightMax = LaunchesInFlightMax,
        LaunchesPerCheckMax = LaunchesPerCheckMax,
        TerminationsPerCheckMax = TerminationsPerCheckMax,
        LaunchesPerHourMax = LaunchesPerHourMax,
        TerminationsPerHourMax = TerminationsPerHourMax,
    };
}
