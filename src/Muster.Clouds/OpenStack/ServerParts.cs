using System.Collections.Immutable;

namespace Muster.Clouds.OpenStack;

/// <summary>The ids of what a template names.</summary>
/// <param name="Flavor">The flavor's.</param>
/// <param name="Image">The image's.</param>
/// <param name="Networks">The networks', in order.</param>
/// <param name="ServerGroup">The server group's; null for none.</param>
internal sealed record ServerParts(string Flavor, string Image, ImmutableArray<string> Networks, string? ServerGroup);
