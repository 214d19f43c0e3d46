using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Core.Clouds;

/// <summary>
/// A cloud that can put tags on an instance that exists, and take them off, while it runs on untouched. Throws as <see cref="ICloud"/>
/// does.
/// </summary>
/// <remarks>
/// <para>
/// Both changes look at the instance first: one that is not there, or on its way out, is <see cref="CloudErrorKind.NotFound"/>; one that
/// carries somebody else's mark, another installation's or another group's, is <see cref="CloudErrorKind.InvalidRequest"/>; and nothing is
/// done to it. Both may be repeated, also when their outcome is not known (<see cref="CloudErrorKind.Ambiguous"/>): what is so already is
/// success without a call that changes anything.
/// </para>
/// <para>
/// Where the cloud has conditional writes, nobody's mark is written over that was put on between the look and the write. Elsewhere the
/// instance is looked at again after the write, and a mark that was lost to another is an error.
/// </para>
/// </remarks>
public interface IRetaggingCloud
{
    /// <summary>The instance of that id as the cloud shows it, whoever's it is; null where there is none or it ends.</summary>
    Task<Instance?> FindAsync(InstanceId instance, CancellationToken cancellationToken);

    /// <summary>Puts Muster's tags on one that carries nobody's mark; its other tags stay. From then on listings show it.</summary>
    /// <param name="instance">Which.</param>
    /// <param name="tags">Muster's own, with installation, account and group.</param>
    /// <param name="cancellationToken">Gives up waiting; it may happen all the same.</param>
    Task MarkAsync(InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>Takes all of Muster's tags off one that this group has; its other tags stay. From then on no listing shows it.</summary>
    /// <param name="installation">Whose it must be.</param>
    /// <param name="group">And of which group.</param>
    /// <param name="instance">Which.</param>
    /// <param name="cancellationToken">Gives up waiting; it may happen all the same.</param>
    Task UnmarkAsync(InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken);
}
