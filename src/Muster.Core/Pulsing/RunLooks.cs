using System.Collections.Immutable;

using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>The looks of one run: one at each cloud, for all sweeps whose groups live there. For the run's own flow only.</summary>
internal sealed class RunLooks(PulseParts parts, PacedChecks paced, ImmutableArray<SweepTurn> turns)
{
    private readonly Dictionary<(CredentialKey Credential, AccountId? Account), Task<CloudSight>> _looks = [];
    private readonly HashSet<Observation> _told = [];

    /// <summary>What is seen of a cloud with the groups of a turn; looked at once, whoever asks.</summary>
    public Task<CloudSight> LookAsync(SweepTurn turn, string cloud)
    {
        var account = turn.Sweep.Key.Account;
        var credential = parts.Clouds.CredentialOf(account, cloud);
        var served = turns.RemoveAll(other => !ServesBoth(other, credential));
        var isWhole = served.Select(other => other.Sweep.Key.Account).Distinct().Skip(1).Any();
        var key = (credential, isWhole ? (AccountId?)null : account);
        return _looks.TryGetValue(key, out var look)
            ? look
            : _looks[key] = LookAsync(cloud, account, served, isWhole);
    }

    /// <summary>Calls that a look took, for whoever asks first: each is told of once.</summary>
    public int TakePages(Observation look) => _told.Add(look) ? look.Pages : 0;

    private bool ServesBoth(SweepTurn turn, CredentialKey credential) =>
        turn.Clouds.Any(cloud => parts.Clouds.CredentialOf(turn.Sweep.Key.Account, cloud) == credential);

    private async Task<CloudSight> LookAsync(string cloud, AccountId account, ImmutableArray<SweepTurn> served, bool isWhole)
    {
        var line = new SweepLine(
            parts.Schedule.RunningSweeps,
            [.. served.Where(turn => turn.Sweep.Key.Cloud == cloud).Select(turn => (turn.Sweep, turn.Groups))]);

        // One of several accounts may be kept from the cloud; the listing is made for those that are not.
        var connection = served
            .Select(turn => parts.Clouds.Find(turn.Sweep.Key.Account, cloud)?.Cloud)
            .FirstOrDefault(one => one is not null);
        var sight = await CloudSight.OfAsync(cloud, connection, there => paced.LookAsync(isWhole ? null : account, there, line));
        if (isWhole && sight.Look is { } look)
        {
            parts.Schedule.Sweeps.OnListed(new(cloud, Account: null), look.Pages);
        }

        return sight;
    }
}
