using System.Collections.Concurrent;
using System.Security.Cryptography;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Credentials;
using Muster.Core.Storage;

namespace Muster.Triton.Authentication;

/// <summary>Sees to it that Muster has a service key in a caller's account, by the caller's own authority.</summary>
/// <remarks>
/// A key is written down before the cloud gets it, and the store decides who of several makes it, so nothing half-done stays. Once the
/// cloud was seen to have it, its absence there is the account's will: only an order of the operator has another one made.
/// </remarks>
internal sealed partial class ServiceKeys(
    SignedCallerParts parts,
    IStore store,
    KeyNews news,
    TimeSpan goodFor,
    IRandomSource random,
    TimeProvider timeProvider,
    ILogger<ServiceKeys> logger)
{
    /// <summary>Turns until it is settled: each lost one means that somebody else made a step.</summary>
    private const int TurnsMax = 5;

    private readonly ConcurrentDictionary<AccountId, Seen> _seen = new();

    /// <summary>Null when the key is good; else the original's text for why not.</summary>
    public async Task<string?> EnsureAsync(CallerProof caller, Account account, CancellationToken cancellationToken)
    {
        if (_seen.TryGetValue(account.Id, out var last) && last.EndsAt > timeProvider.GetUtcNow() && !IsOrdered(account, last.MadeAt))
        {
            return null;
        }

        for (var turn = 0; turn < TurnsMax; turn++)
        {
            var key = await store.FindCredentialAsync(account.Id, parts.Authority.KeyName, cancellationToken);
            var shown = await parts.Authority.FindKeyAsync(caller, cancellationToken);
            var isOrdered = IsOrdered(account, key?.CreatedAt);
            if (key is not null && !isOrdered && shown == key.Fingerprint)
            {
                await ConfirmAsync(account, key, cancellationToken);
                return null;
            }

            if (IsRefused(account, key, shown, isOrdered))
            {
                // Another server may have made a step between the two looks: only what still stands in the store counts.
                if (await store.FindCredentialAsync(account.Id, parts.Authority.KeyName, cancellationToken) == key)
                {
                    LogRefused(account, key, shown);
                    return Verdict.KeyText;
                }
            }
            else if (key is null || isOrdered)
            {
                // Whether it was kept or somebody else's was, the next turn goes on with what the store has.
                await MakeAsync(account, key?.Id, cancellationToken);
            }
            else
            {
                await GiveAsync(caller, account, key, shown, cancellationToken);
            }
        }

        return Verdict.RequestText;
    }

    /// <summary>Whether the account has cut Muster off, or has a key of that name that nobody ordered replaced.</summary>
    private static bool IsRefused(Account account, AccountCredential? key, string? shown, bool isOrdered) =>
        !isOrdered && (key?.ConfirmedAt is not null || (shown is not null && (key is null || account.KeyOrderedAt is null)));

    private static bool IsOrdered(Account account, DateTimeOffset? madeAt) =>
        account.KeyOrderedAt is { } orderedAt && !(madeAt >= orderedAt);

    private async Task MakeAsync(Account account, CredentialId? replaced, CancellationToken cancellationToken)
    {
        // Making one takes a while of one processor.
        var made = await Task.Run(parts.Authority.MakeKey, cancellationToken);
        try
        {
            var key = new AccountCredential
            {
                Id = new(random.NextId()),
                Account = account.Id,
                Name = parts.Authority.KeyName,
                Fingerprint = made.Fingerprint,
                PublicKey = made.PublicKey,
                Secret = await parts.Sealer.SealAsync(made.PrivateKey, CredentialSafe.PurposeOf(account.Id), cancellationToken),
                CreatedAt = timeProvider.GetUtcNow(),
            };
            await store.AddCredentialAsync(key, replaced, cancellationToken);
            LogMade(account.Name, key.Name, key.Fingerprint);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
        {
            LogLost(account.Name, parts.Authority.KeyName);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(made.PrivateKey);
        }
    }

    /// <summary>Puts a key that nobody has seen at the cloud yet into the account.</summary>
    private async Task GiveAsync(
        CallerProof caller, Account account, AccountCredential key, string? shown, CancellationToken cancellationToken)
    {
        if (shown is not null)
        {
            // By its fingerprint: whoever is late must not remove the new one, which has the same name.
            await parts.Authority.RemoveKeyAsync(caller, shown, cancellationToken);
        }

        if (await parts.Authority.AddKeyAsync(caller, key.PublicKey, cancellationToken))
        {
            LogGiven(account.Name, key.Name, key.Fingerprint, caller.Author);
        }
    }

    private void LogRefused(Account account, AccountCredential? key, string? shown)
    {
        if (key?.ConfirmedAt is not null)
        {
            LogCutOff(account.Name, key.Name);
        }
        else
        {
            LogForeign(account.Name, parts.Authority.KeyName, shown!);
        }
    }

    private async Task ConfirmAsync(Account account, AccountCredential key, CancellationToken cancellationToken)
    {
        if (key.ConfirmedAt is null)
        {
            await store.ConfirmCredentialAsync(key.Id, timeProvider.GetUtcNow(), cancellationToken);
            news.Tell(account.Id);
        }

        _seen[account.Id] = new(key.CreatedAt, timeProvider.GetUtcNow() + goodFor);
    }

    private readonly record struct Seen(DateTimeOffset MadeAt, DateTimeOffset EndsAt);

    [LoggerMessage(1311, LogLevel.Information, "Made service key {Key} ({Fingerprint}) for account {Account}")]
    private partial void LogMade(string account, string key, string fingerprint);

    [LoggerMessage(
        1312, LogLevel.Information, "Another server made service key {Key} of account {Account} at the same moment: that one counts")]
    private partial void LogLost(string account, string key);

    [LoggerMessage(1313, LogLevel.Information, "Account {Account} has service key {Key} ({Fingerprint}) now, by a request of {Author}")]
    private partial void LogGiven(string account, string key, string fingerprint, string author);

    [LoggerMessage(1314, LogLevel.Warning,
        "Account {Account} has a key {Key} ({Fingerprint}) that is not this installation's: its requests are refused. "
        + "'muster account rotate-key {Account}' has the next one replace it")]
    private partial void LogForeign(string account, string key, string fingerprint);

    [LoggerMessage(1315, LogLevel.Warning,
        "Account {Account} has removed or replaced service key {Key}: it is cut off. "
        + "'muster account rotate-key {Account}' has its next request make a new one")]
    private partial void LogCutOff(string account, string key);
}
