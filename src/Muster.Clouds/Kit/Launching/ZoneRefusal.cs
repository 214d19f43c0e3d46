using System.Collections.Immutable;

using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Launching;

/// <summary>The refusal of a launch that asks for a zone which the cloud does not have.</summary>
internal static class ZoneRefusal
{
    /// <summary>The refusal, with the zones that there are.</summary>
    /// <param name="zone">Which was asked for.</param>
    /// <param name="known">The cloud's; empty where it has none.</param>
    public static CloudException Of(string zone, ImmutableArray<string> known) => new(
        CloudErrorKind.InvalidRequest,
        known.IsEmpty
            ? $"zone is '{zone}': this cloud has no zones; leave it out"
            : $"zone is '{zone}': the zones of this cloud are {string.Join(", ", known)}");

    /// <summary>
    /// What to tell of a launch that a cloud refused: that there is no such zone, where that is why; otherwise the cloud's own words.
    /// </summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="refusal">What the cloud made of it.</param>
    /// <param name="listZones">Lists the cloud's zones; asked only where the refusal may be about one.</param>
    public static async Task<CloudException> OrAsync(
        LaunchRequest request, CloudException refusal, Func<Task<ImmutableArray<string>>> listZones)
    {
        if (request.Zone is not { } zone || refusal.Kind is not CloudErrorKind.InvalidRequest)
        {
            return refusal;
        }

        try
        {
            var known = await listZones();
            return known.Contains(zone) ? refusal : Of(zone, known);
        }
        catch (CloudException failure)
        {
            // That look was only for better words.
            CallPace.Survived(failure);
            return refusal;
        }
    }
}
