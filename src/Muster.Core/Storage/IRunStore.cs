using System.Collections.Immutable;

using Muster.Core.Checks;

namespace Muster.Core.Storage;

/// <summary>The last runs of level checks, of which the caller reports.</summary>
public interface IRunStore
{
    /// <summary>
    /// Keeps that a check ran. The same id again changes nothing: a report that is delivered twice. Of a group's runs those
    /// <see cref="CheckRun.KeptMax"/> are kept that started last; one that is older than all of them is passed over.
    /// </summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: the group. An archived one is known.</exception>
    Task KeepCheckAsync(CheckRun run, CancellationToken cancellationToken);

    /// <summary>The last runs of a group's checks that were kept, newest first, at most <paramref name="limit"/>: 1 or more.</summary>
    Task<ImmutableArray<CheckRun>> ListChecksAsync(GroupId group, int limit, CancellationToken cancellationToken);
}
