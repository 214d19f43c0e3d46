using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Credentials;
using Muster.Core.Governing;
using Muster.Core.Storage;

namespace Muster.Cli.Composition.Clouds;

/// <summary>
/// Every configured cloud: those with one credential are opened once, those by account when an account first uses them. Closed with this.
/// </summary>
internal sealed class CloudDirectory : ICloudDirectory, IAsyncDisposable
{
    private readonly CredentialSafe _safe;
    private readonly TimeProvider _timeProvider;
    private readonly FrozenDictionary<string, CloudEntry> _shared;
    private readonly FrozenDictionary<string, OpenedByAccount> _byAccount;
    private readonly CloudAudience _audience;
    private readonly Lock _gate = new();

    // Written under the gate and swapped whole.
    private ImmutableArray<CloudEntry> _entries;
    private volatile IReadOnlyList<CloudEntry> _listed;
    private ImmutableDictionary<(AccountId Account, string Name), (CloudEntry Entry, AccountCloud Cloud)> _ofAccounts =
        ImmutableDictionary<(AccountId Account, string Name), (CloudEntry Entry, AccountCloud Cloud)>.Empty;

    private CloudDirectory(
        CredentialSafe safe, TimeProvider timeProvider, CloudAudience audience, IEnumerable<CloudEntry> shared,
        IEnumerable<OpenedByAccount> byAccount)
    {
        (_safe, _timeProvider, _audience) = (safe, timeProvider, audience);
        _entries = [.. shared.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        _listed = _entries;
        _shared = _entries.ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);
        _byAccount = byAccount.ToFrozenDictionary(opened => opened.Config.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> Entries => _listed;

    /// <summary>Opens them all; when one cannot be opened, those before it are closed again.</summary>
    /// <exception cref="InputException">An option of one is wrong.</exception>
    /// <exception cref="CloudException">One cannot be opened.</exception>
    public static async Task<CloudDirectory> OpenAsync(
        MusterConfig config, IStore store, CredentialSafe safe, TimeProvider timeProvider, IRandomSource random, Action<string> say)
    {
        var opened = new List<CloudEntry>();
        var openedByAccount = new List<OpenedByAccount>();
        try
        {
            foreach (var cloud in config.Clouds)
            {
                if (CloudFactory.OpenByAccount(cloud, config.Data, timeProvider, random, say) is { } clouds)
                {
                    openedByAccount.Add(new(cloud, clouds));
                }
                else
                {
                    opened.Add(await CloudFactory.OpenAsync(cloud, config.Data, timeProvider, random, say, CancellationToken.None));
                }
            }

            var audience = await CloudAudience.ReadAsync(config.Clouds, store, timeProvider, random, CancellationToken.None);
            await audience.WarnAsync(store, store, say, CancellationToken.None);
            return new(safe, timeProvider, audience, opened, openedByAccount);
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
        .. _shared.Keys.Concat(_byAccount.Keys).Select(name => Find(account, name)).OfType<CloudEntry>()
            .OrderBy(entry => entry.Name, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public CloudEntry? Find(AccountId account, string name) => !Admits(account, name)
        ? null
        : _shared.GetValueOrDefault(name)
        ?? (_byAccount.TryGetValue(name, out var opened) ? FindOf(account, opened) : null);

    /// <summary>The cloud of that name, where one credential serves every account; null otherwise.</summary>
    public GovernedCloud? FindShared(string name) => _shared.GetValueOrDefault(name)?.Cloud;

    /// <inheritdoc/>
    public CredentialKey CredentialOf(AccountId account, string name) => new(name, _shared.ContainsKey(name) ? null : account);

    /// <summary>Whether the account may use the cloud of that name, if there is one.</summary>
    public bool Admits(AccountId account, string name) => _audience.Admits(account, name);

    /// <summary>The cloud of that name, when it is spoken to as each account; else null.</summary>
    public ICloudByAccount? FindByAccount(string name) => _byAccount.GetValueOrDefault(name)?.Clouds;

    /// <inheritdoc/>
    public void OnCredentialConfirmed(AccountId account)
    {
        lock (_gate)
        {
            foreach (var opened in _byAccount.Values)
            {
                if (_ofAccounts.TryGetValue((account, opened.Config.Name), out var known))
                {
                    known.Cloud.OnCredentialConfirmed();
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(_entries, _byAccount.Values);

    private CloudEntry FindOf(AccountId account, OpenedByAccount opened)
    {
        lock (_gate)
        {
            var key = (account, opened.Config.Name);
            if (_ofAccounts.TryGetValue(key, out var known))
            {
                return known.Entry;
            }

            var cloud = new AccountCloud(account, opened.Clouds, _safe, _timeProvider);
            var entry = CloudFactory.Entry(opened.Config, cloud, _timeProvider, account);
            _ofAccounts = _ofAccounts.Add(key, (entry, cloud));
            _entries = [.. _entries.Add(entry).OrderBy(each => each.Name, StringComparer.Ordinal).ThenBy(each => each.Account?.Value)];
            _listed = _entries;
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
