namespace Muster.Core.Steering;

/// <summary>
/// How long a group takes from the moment when more instances are wanted until they are up: what a forecast must look ahead by. Measured
/// from
/// round to round, with all that is in between: brakes, queues, clouds.
/// </summary>
/// <param name="Typical">A running mean that forgets; null while nothing was measured.</param>
/// <param name="ShortSince">Since when fewer are up than wanted; null where none are missing.</param>
public sealed record BootTimes(TimeSpan? Typical, DateTimeOffset? ShortSince)
{
    /// <summary>Nothing was measured.</summary>
    public static readonly BootTimes Unknown = new(Typical: null, ShortSince: null);

    /// <summary>What takes longer than this is no boot: something else is in the way.</summary>
    public static readonly TimeSpan LongestBoot = TimeSpan.FromMinutes(30);

    /// <summary>The weight of one more measurement, as TCP weighs its round trips (RFC 6298).</summary>
    private const double Weight = 1.0 / 8;

    /// <summary>After a round that saw so many.</summary>
    public BootTimes After(int desired, int running, DateTimeOffset now)
    {
        if (running < desired)
        {
            return ShortSince is null ? this with { ShortSince = now } : this;
        }

        if (ShortSince is not { } since)
        {
            return this;
        }

        var took = now - since;
        return took > LongestBoot || took <= TimeSpan.Zero
            ? this with { ShortSince = null }
            : new(Typical is { } typical ? typical + ((took - typical) * Weight) : took, ShortSince: null);
    }
}
