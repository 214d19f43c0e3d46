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
}
