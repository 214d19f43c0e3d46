using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Core.Clouds;

/// <summary>
/// A cloud where an instance has parts that can outlive it, such as disks, addresses and network interfaces. Throws as
/// <see cref="ICloud"/> does.
/// </summary>
/// <remarks>
/// An instance's parts are marked at their creation with the installation's tag and, where the cloud can, are made to go with it. What a
/// crash between two calls leaves behind all the same is found here, by its mark, and removed when a person says so.
/// </remarks>
public interface ICloudWithLeftovers
{
    /// <summary>Every part with the installation's mark that belongs to no instance which is there.</summary>
    Task<ImmutableArray<Leftover>> ListLeftoversAsync(InstallationId installation, CancellationToken cancellationToken);

    /// <summary>
    /// Removes one. Already gone is success; one that belongs to an instance by now is <see cref="CloudErrorKind.InvalidRequest"/>.
    /// </summary>
    Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken);
}

/// <summary>A part that an instance left behind.</summary>
/// <param name="Kind">What it is, in the cloud's own word: <c>volume</c>, <c>network interface</c>.</param>
/// <param name="Id">Its id at the cloud.</param>
/// <param name="Name">Its name; null where it has none.</param>
/// <param name="CreatedAt">When it was made; null where the cloud does not tell.</param>
public sealed record Leftover(string Kind, string Id, string? Name, DateTimeOffset? CreatedAt);
