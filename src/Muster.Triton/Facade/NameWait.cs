using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Triton.Facade;

/// <summary>
/// Waits within a request for the name of a group that is being deleted: in the original it was free at once, and its clients know no
/// conflict there.
/// </summary>
internal sealed class NameWait(IStore store, ActivityFeed feed, TimeProvider timeProvider, CancellationToken stopping)
{
    /// <summary>How long a request waits: below the minute after which the usual proxies give up.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(45);

    /// <summary>Requests of one account that wait at once: as many as Terraform makes side by side unless told otherwise.</summary>
    public const int WaitersMax = 10;

    /// <summary>How often the store is asked: what another server does makes no news here.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // Guarded by the gate: one request waits for each of these.
    private readonly HashSet<(AccountId Account, string Name)> _waiting = [];

    /// <summary>Who has the name, once it is known whether it comes free.</summary>
    /// <returns>
    /// The group; null for a free name. A draining one still has machines that end: for too long, or the account has a request that waits
    /// for that name already, or too many that wait.
    /// </returns>
    public async Task<Group?> FindHolderAsync(AccountId account, string name, CancellationToken cancellationToken)
    {
        var holder = (await store.FindGroupAsync(account, name, cancellationToken))?.Group;
        if (holder is not { Phase: GroupPhase.Draining } || !TryEnter((account, name)))
        {
            return holder;
        }

        try
        {
            return await WaitAsync(account, name, cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove((account, name));
            }
        }
    }

    private bool TryEnter((AccountId Account, string Name) wanted)
    {
        lock (_gate)
        {
            return _waiting.Count(other => other.Account == wanted.Account) < WaitersMax && _waiting.Add(wanted);
        }
    }

    private async Task<Group?> WaitAsync(AccountId account, string name, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetTimestamp();
        while (true)
        {
            var seen = feed.Told;
            var holder = (await store.FindGroupAsync(account, name, cancellationToken))?.Group;
            if (holder is not { Phase: GroupPhase.Draining }
                || stopping.IsCancellationRequested
                || timeProvider.GetElapsedTime(startedAt) >= Max)
            {
                return holder;
            }

            await NewsAsync(seen, cancellationToken);
        }
    }

    private async Task NewsAsync(long seen, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(LookEvery, timeProvider);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, stopping, cancellationToken);
        await feed.WaitAsync(seen, any.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
