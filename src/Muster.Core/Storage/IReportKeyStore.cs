using System.Collections.Immutable;

using Muster.Core.Accounts;

namespace Muster.Core.Storage;

/// <summary>The part of what Muster remembers that holds the keys of instances' own tokens, sealed.</summary>
public interface IReportKeyStore
{
    /// <summary>The keys, oldest first; empty before the first is needed.</summary>
    Task<ImmutableArray<ReportKey>> ReadReportKeysAsync(CancellationToken cancellationToken);

    /// <summary>Changes them in one step: two who change them at once both find what the other did.</summary>
    /// <param name="change">From what is kept to what is kept then; pure, since it may be asked more than once.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>The keys as they are now.</returns>
    Task<ImmutableArray<ReportKey>> ChangeReportKeysAsync(
        Func<ImmutableArray<ReportKey>, ImmutableArray<ReportKey>> change, CancellationToken cancellationToken);
}
