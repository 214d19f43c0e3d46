using System.Text.Json.Serialization;

using Muster.Core.Groups;

namespace Muster.Records;

/// <summary>
/// The form of <see cref="Brakes"/>. A limit on what is spent is left out where there is none, so that others are as ever.
/// </summary>
public sealed record BrakesForm(
    int LaunchesInFlightMax, int LaunchesPerCheckMax, int TerminationsPerCheckMax, int LaunchesPerHourMax, int TerminationsPerHourMax,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? SpendPerHourMax = null)
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
            value.TerminationsPerHourMax,
            value.SpendPerHourMax);
    }

    /// <inheritdoc/>
    public Brakes ToValue() => new()
    {
        LaunchesInFlightMax = LaunchesInFlightMax,
        LaunchesPerCheckMax = LaunchesPerCheckMax,
        TerminationsPerCheckMax = TerminationsPerCheckMax,
        LaunchesPerHourMax = LaunchesPerHourMax,
        TerminationsPerHourMax = TerminationsPerHourMax,
        SpendPerHourMax = SpendPerHourMax,
    };
}
