using System.Collections.Immutable;

using Muster.Clouds.Docker.Wire;

namespace Muster.Clouds.Docker;

/// <summary>When an image is pulled.</summary>
internal enum PullPolicy
{
    /// <summary>When it is not there.</summary>
    Missing,

    /// <summary>Before each launch.</summary>
    Always,

    /// <summary>Never: it must be there.</summary>
    Never,
}

/// <summary>What a template means here.</summary>
/// <param name="Create">The container, without labels.</param>
/// <param name="Pull">When its image is pulled.</param>
/// <param name="FurtherNetworks">Networks beyond the first, which the daemon takes one by one.</param>
internal sealed record ContainerSpec(ContainerCreate Create, PullPolicy Pull, ImmutableArray<string> FurtherNetworks);
