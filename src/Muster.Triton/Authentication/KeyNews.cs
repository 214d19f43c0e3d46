using System.Threading.Channels;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Credentials;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Pulsing;
using Muster.Core.Storage;

namespace Muster.Triton.Authentication;

/// <summary>
/// Passes on that an account has another service key: connections change over, and groups that could not be kept are looked at at once.
/// </summary>
/// <remarks>
/// Other servers need not be told: their connections find the key by themselves (<see cref="AccountCloud"/>), and any server may check any
/// group. The request that showed the key neither waits for this nor fails with it: a key is confirmed once, so who forgot to pass it on
/// would never be asked again.
/// </remarks>
internal sealed partial class KeyNews(
    IStore store, ICloudDirectory clouds, IPulse pulse, TimeProvider timeProvider, ILogger<KeyNews> logger) : BackgroundService
{
    private const int PageSize = 500;

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(1);

    private readonly Channel<AccountId> _news = Channel.CreateUnbounded<AccountId>(new() { SingleReader = true });

    /// <summary>An account's key was confirmed. Returns at once.</summary>
    public void Tell(AccountId account)
    {
        clouds.OnCredentialConfirmed(account);
        _news.Writer.TryWrite(account);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var account in _news.Reader.ReadAllAsync(stoppingToken))
        {
            for (var attempt = 1; !await TryWakeAsync(account, attempt, stoppingToken); attempt++)
            {
                await Task.Delay(Backoff.Delay(attempt, RetryMin, RetryMax), timeProvider, stoppingToken);
            }
        }
    }

    private async Task<bool> TryWakeAsync(AccountId account, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            await WakeAsync(account, cancellationToken);
            return true;
        }
        catch (StoreException error)
        {
            LogNotListed(account, Backoff.Delay(attempt, RetryMin, RetryMax).TotalSeconds, error.Message);
            return false;
        }
    }

    private async Task WakeAsync(AccountId account, CancellationToken cancellationToken)
    {
        var page = new PageRequest(PageSize);
        while (true)
        {
            var groups = await store.ListGroupsAsync(account, page, includeArchived: false, cancellationToken);
            foreach (var waiting in groups.Items.Where(group => group.State.Condition is GroupCondition.Degraded))
            {
                pulse.Wake(waiting.Group.Id);
            }

            if (groups.NextCursor is not { } next)
            {
                return;
            }

            page = new(PageSize, next);
        }
    }

    [LoggerMessage(1317, LogLevel.Warning,
        "The groups of account {Account}, which has another service key, could not be listed to look at them at once; "
        + "again in {RetryInS:0} s: {Reason}")]
    private partial void LogNotListed(AccountId account, double retryInS, string reason);
}
