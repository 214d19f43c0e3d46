using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Server.Authentication;

/// <summary>
/// Watches whether those who were let in are still welcome, for what lasts longer than a request should: a token may be revoked here or at
/// another server, it may expire, and what it may do can change. All that one token's bearer has open is one question every two seconds,
/// the first one two seconds after it was let in: what is over by then costs none.
/// </summary>
internal sealed class CallerWatch(ITokenStore store, TimeProvider timeProvider)
{
    /// <summary>How often the store is asked: an end is noticed within this and one answer's time, five seconds at most.</summary>
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(2);

    /// <summary>How long one answer may take.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<TokenId, Watched> _watched = [];

    /// <summary>Begins to watch; dispose of it to end that.</summary>
    /// <param name="caller">Who was let in just now; one without a token is always welcome.</param>
    public CallerWelcome Begin(Caller caller)
    {
        if (caller.Token is not { } token)
        {
            return new(() => ValueTask.CompletedTask, CancellationToken.None, CancellationToken.None);
        }

        lock (_gate)
        {
            if (!_watched.TryGetValue(token.Id, out var entry) || entry.Ended.IsCancellationRequested)
            {
                _watched[token.Id] = entry = new(token);
                entry.Asking = AskAsync(entry);
            }

            entry.Watchers++;
            return new(() => EndAsync(entry), entry.Ended.Token, entry.Doubted_NeedsGate());
        }
    }

    /// <summary>Does something that may last while the caller is welcome.</summary>
    /// <exception cref="ProblemException">The caller is not any more.</exception>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Unavailable"/>: the store does not say whether the caller still is.
    /// </exception>
    public async Task<T> WhileAsync<T>(Caller caller, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var welcome = Begin(caller);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(welcome.Ended, welcome.Doubted, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (welcome.Ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(ProblemKinds.Unauthenticated, $"token '{caller.Author}' is no longer what it was when this began");
        }
        catch (OperationCanceledException) when (welcome.Doubted.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreException(StoreErrorKind.Unavailable, $"the store does not say whether token '{caller.Author}' is still good");
        }
    }

    private async ValueTask EndAsync(Watched entry)
    {
        lock (_gate)
        {
            if (--entry.Watchers > 0)
            {
                return;
            }

            if (_watched.GetValueOrDefault(entry.Token.Id) == entry)
            {
                _watched.Remove(entry.Token.Id);
            }
        }

        await entry.Stop.CancelAsync();
        await entry.Asking;
        entry.Stop.Dispose();
        entry.Ended.Dispose();
        entry.Doubt.Dispose();
    }

    private async Task AskAsync(Watched entry)
    {
        // Never on the caller's stack, which holds the gate.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var stop = entry.Stop.Token;
        try
        {
            while (true)
            {
                await Task.Delay(AskInterval, timeProvider, stop);
                switch (await FindStandingAsync(entry.Token, stop))
                {
                    case CallerStanding.Over:
                        await entry.Ended.CancelAsync();
                        return;
                    case CallerStanding.Unknown:
                        await DoubtOf(entry).CancelAsync();
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody wants to know any more.
        }
    }

    private CancellationTokenSource DoubtOf(Watched entry)
    {
        lock (_gate)
        {
            return entry.Doubt;
        }
    }

    private async Task<CallerStanding> FindStandingAsync(Token token, CancellationToken cancellationToken)
    {
        if (token.ExpiresAt <= timeProvider.GetUtcNow())
        {
            return CallerStanding.Over;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await store
                .FindTokenAsync(token.SecretHash, enough.Token)
                .WaitAsync(AnswerMax, timeProvider, cancellationToken) is { RevokedAt: null } now
                && now.Role == token.Role
                && now.Scope == token.Scope
                && now.Account == token.Account
                && now.ExpiresAt > timeProvider.GetUtcNow()
                ? CallerStanding.Welcome
                : CallerStanding.Over;
        }
        catch (TimeoutException)
        {
            await enough.CancelAsync();
            return CallerStanding.Unknown;
        }
        catch (StoreException)
        {
            return CallerStanding.Unknown;
        }
    }

    private sealed class Watched(Token token)
    {
        public Token Token => token;

        public CancellationTokenSource Ended { get; } = new();

        public CancellationTokenSource Stop { get; } = new();

        /// <summary>Cancelled when the store did not say; guarded by the gate.</summary>
        public CancellationTokenSource Doubt { get; private set; } = new();

        /// <summary>For one more who was let in just now: of that one there is no doubt yet.</summary>
        public CancellationToken Doubted_NeedsGate()
        {
            if (Doubt.IsCancellationRequested)
            {
                Doubt = new();
            }

            return Doubt.Token;
        }

        public Task Asking { get; set; } = Task.CompletedTask;

        public int Watchers { get; set; }
    }
}
