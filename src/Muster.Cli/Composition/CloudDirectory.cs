using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Storage;

namespace Muster.Cli.Composition;

/// <summary>Every configured cloud: those with one credential are opened once, those by account when an account first uses them. Closed with this.</summary>
internal sealed class CloudDirectory : ICloudDirectory, IAsyncDisposable
{
    private readonly IStore store;
    private readonly ISecretSealer sealer;
    private readonly TimeProvider time;
    private readonly FrozenDictionary<string, CloudEntry> shared;
    private readonly FrozenDictionary<string, OpenedByAccount> byAccount;
    private readonly CloudAudience audience;
    private readonly Lock gate = new();

    // Written under the gate and swapped whole.
    private ImmutableArray<CloudEntry> entries;
    private volatile IReadOnlyList<CloudEntry> listed;
    private ImmutableDictionary<(AccountId Account, string Name), (CloudEntry Entry, AccountCloud Cloud)> ofAccounts =
        ImmutableDictionary<(AccountId Account, string Name), (CloudEntry Entry, AccountCloud Cloud)>.Empty;

    private CloudDirectory(
        IStore store, ISecretSealer sealer, TimeProvider time, CloudAudience audience, IEnumerable<CloudEntry> shared, IEnumerable<OpenedByAccount> byAccount)
    {
        (this.store, this.sealer, this.time, this.audience) = (store, sealer, time, audience);
        entries = [.. shared.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        listed = entries;
        this.shared = entries.ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);
        this.byAccount = byAccount.ToFrozenDictionary(opened => opened.Config.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> Entries => listed;

    /// <summary>Opens them all; when one cannot be opened, those before it are closed again.</summary>
    /// <exception cref="InputException">An option of one is wrong.</exception>
    /// <exception cref="CloudException">One cannot be opened.</exception>
    public static async Task<CloudDirectory> OpenAsync(
        MusterConfig config, IStore store, ISecretSealer sealer, TimeProvider time, IRandomSource random, Action<string> say)
    {
        var opened = new List<CloudEntry>();
        var openedByAccount = new List<OpenedByAccount>();
        try
        {
            foreach (var cloud in config.Clouds)
            {
                if (CloudFactory.OpenByAccount(cloud, config.Data, time, random, say) is { } clouds)
                {
                    openedByAccount.Add(new(cloud, clouds));
                }
                else
                {
                    opened.Add(CloudFactory.Open(cloud, config.Data, time, random, say));
                }
            }

            var audience = await CloudAudience.ReadAsync(config.Clouds, store, time, random, CancellationToken.None);
            await audience.WarnAsync(store, say, CancellationToken.None);
            return new(store, sealer, time, audience, opened, openedByAccount);
        }
        catch
        {
            await CloseAsync(opened, openedByAccount);
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> EntriesOf(AccountId account) =>
    [
        .. shared.Keys.Concat(byAccount.Keys).Select(name => Find(account, name)).OfType<CloudEntry>()
            .OrderBy(entry => entry.Name, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public CloudEntry? Find(AccountId account, string name) => !Admits(account, name)
        ? null
        : shared.GetValueOrDefault(name)
        ?? (byAccount.TryGetValue(name, out var opened) ? FindOf(account, opened) : null);

    /// <summary>Whether the account may use the cloud of that name, if there is one.</summary>
    public bool Admits(AccountId account, string name) => audience.Admits(account, name);

    /// <summary>The cloud of that name, when it is spoken to as each account; else null.</summary>
    public ICloudByAccount? FindByAccount(string name) => byAccount.GetValueOrDefault(name)?.Clouds;

    /// <inheritdoc/>
    public void OnKeyConfirmed(AccountId account)
    {
        lock (gate)
        {
            foreach (var opened in byAccount.Values)
            {
                if (ofAccounts.TryGetValue((account, opened.Config.Name), out var known))
                {
                    known.Cloud.OnKeyConfirmed();
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(entries, byAccount.Values);

    private CloudEntry FindOf(AccountId account, OpenedByAccount opened)
    {
        lock (gate)
        {
            var key = (account, opened.Config.Name);
            if (ofAccounts.TryGetValue(key, out var known))
            {
                return known.Entry;
            }

            var cloud = new AccountCloud(account, opened.Clouds, store, sealer, time);
            var entry = CloudFactory.Entry(opened.Config, cloud, time, account);
            ofAccounts = ofAccounts.Add(key, (entry, cloud));
            entries = [.. entries.Add(entry).OrderBy(each => each.Name, StringComparer.Ordinal).ThenBy(each => each.Account?.Value)];
            listed = entries;
            return entry;
        }
    }

    private static async Task CloseAsync(IEnumerable<CloudEntry> entries, IEnumerable<OpenedByAccount> byAccount)
    {
        foreach (var entry in entries)
        {
            await entry.Cloud.DisposeAsync();
        }

        foreach (var opened in byAccount)
        {
            await opened.Clouds.DisposeAsync();
        }
    }

    private sealed record OpenedByAccount(CloudConfig Config, ICloudByAccount Clouds);
}
