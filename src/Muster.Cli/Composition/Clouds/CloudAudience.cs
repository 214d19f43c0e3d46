using System.Collections.Frozen;

using Muster.Cli.Configuration;
using Muster.Clouds;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Cli.Composition.Clouds;

/// <summary>Which accounts may use which cloud.</summary>
/// <remarks>
/// A program that a template runs on the local cloud runs as the server's own user: it can read the store and every account's secrets. So
/// only the default account may use that cloud, unless its table names others; see docs/decisions/0108-whose-the-local-cloud-is.md.
/// </remarks>
/// <param name="named">The accounts of each cloud that only some may use.</param>
internal sealed class CloudAudience(FrozenDictionary<string, FrozenSet<AccountId>> named)
{
    /// <summary>Whether the account may use the cloud.</summary>
    public bool Admits(AccountId account, string cloud) => !named.TryGetValue(cloud, out var accounts) || accounts.Contains(account);

    /// <summary>Finds the accounts that the file names, and makes those that do not exist: the file names them on purpose.</summary>
    public static async Task<CloudAudience> ReadAsync(
        IEnumerable<CloudConfig> clouds,
        IAccountStore store,
        TimeProvider timeProvider,
        IRandomSource random,
        CancellationToken cancellationToken)
    {
        var named = new Dictionary<string, FrozenSet<AccountId>>(StringComparer.Ordinal);
        foreach (var cloud in clouds)
        {
            if ((cloud.Accounts
                ?? (CloudKinds.Find(cloud.Kind) is { Description.IsTheServersOwn: true } ? [Account.DefaultName] : null)) is not { } names)
            {
                continue;
            }

            var accounts = new HashSet<AccountId>();
            foreach (var name in names)
            {
                var made = new Account { Id = new(random.NextId()), Name = name, CreatedAt = timeProvider.GetUtcNow() };
                accounts.Add((await store.EnsureAccountAsync(made, cancellationToken)).Id);
            }

            named.Add(cloud.Name, accounts.ToFrozenSet());
        }

        return new(named.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>
    /// Says which accounts have groups on a cloud that they may not use, as an upgrade can leave them: nobody checks these groups.
    /// </summary>
    public async Task WarnAsync(ISweepStore store, IAccountStore accounts, Action<string> say, CancellationToken cancellationToken)
    {
        foreach (var (account, cloud) in (await store.ListSweepsAsync(cancellationToken))
            .Select(share => (share.Sweep.Account, share.Sweep.Cloud)))
        {
            if (!Admits(account, cloud))
            {
                var name = (await accounts.FindAccountAsync(account, cancellationToken))?.Name ?? account.ToString();
                say(
                    $"account '{name}' has groups on cloud {cloud} and may not use it: Muster no longer checks them, and their instances "
                    + $"run on. If the account may act as the server's user, add \"{name}\" to 'accounts' in the cloud's table");
            }
        }
    }
}
