using System.Collections.Immutable;

using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>
/// Shares the sweeps with the other servers of the store: says that this one lives, keeps the leases of its sweeps, takes free ones up to
/// its fair share, and gives back what is more than that.
/// </summary>
/// <remarks>
/// Nobody tells anybody what to do: each server sees the same list of servers and sweeps and works out its own part. A dead server's
/// sweeps are free when their leases end, and it counts no more from about then; a newcomer counts at once, so the others give back
/// at their next round and it takes at its own. See docs/decisions/0015-who-looks-and-who-acts.md.
/// </remarks>
internal sealed class SweepSharing(PulseParts parts) : IDisposable
{
    /// <summary>How long a stop waits for the store before it leaves the leases to run out.</summary>
    private static readonly TimeSpan RetirePatience = TimeSpan.FromSeconds(5);

    private readonly long _startedAt = parts.Time.GetTimestamp();
    private readonly TimeSpan _roundEvery = parts.Reconciler.LeaseDuration / 3;
    private readonly SweepLeases _leases = new(parts);
    private readonly CallShares _callShares = new(parts);
    private readonly Alarm _alarm = new(parts.Time);
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private ImmutableDictionary<SweepKey, SweepShare> _known = ImmutableDictionary<SweepKey, SweepShare>.Empty;
    private ImmutableHashSet<SweepKey> _wanted = [];
    private int _servers;

    // Sharing loop only.
    private ServerIdentity _identity = new(string.Empty, string.Empty);
    private DateTimeOffset? _began;
    private TimeSpan _roundDue;
    private int _failures;

    private TimeSpan Now => parts.Time.GetElapsedTime(_startedAt);

    /// <summary>The status with what there is to share.</summary>
    public PulseStatus Describe(PulseStatus status)
    {
        lock (_gate)
        {
            return status with
            {
                Servers = _servers,
                SweepsKnown = _known.Count,
                StoreTimeKnown = parts.Time.IsKnown,
                MachineAhead = parts.Time.MachineAhead,
            };
        }
    }

    /// <summary>
    /// A group of that sweep is checked here. Unless another server holds the sweep, it is taken at once: a new account's first group must
    /// not wait for a round.
    /// </summary>
    public void Want(SweepKey sweep)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(sweep, out var share)
                && share.Holder != parts.Reconciler.Holder && !share.IsFreeAt(parts.Time.GetUtcNow()))
            {
                return;
            }

            _wanted = _wanted.Add(sweep);
        }

        _alarm.Ring();
    }

    /// <summary>The first round: what this server may do is known before it does anything, if the store answers.</summary>
    public Task BeginAsync(ServerIdentity server)
    {
        _identity = server;
        return TryShareAsync();
    }

    /// <summary>A round at every third of the leases' length until the stop; then what does not run is given back.</summary>
    public async Task RunAsync()
    {
        using (parts.Stopping.Register(_alarm.Ring))
        {
            while (!parts.Stopping.IsCancellationRequested)
            {
                await _alarm.WaitAsync(_roundDue - Now);
                await TryShareAsync();
            }
        }

        await EndAsync("giving sweeps back", cancellationToken => _leases.GiveBackAsync(_ => true, int.MaxValue, cancellationToken));
    }

    /// <summary>This server ends: it is listed no more, and whatever it still holds is free at once.</summary>
    public Task RetireAsync() => EndAsync(
        "retiring", cancellationToken => parts.Store.RetireServerAsync(parts.Reconciler.Holder, parts.Time.GetUtcNow(), cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose();

    private async Task TryShareAsync()
    {
        if (parts.Stopping.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await (Now >= _roundDue ? RoundAsync(parts.Stopping) : TakeWantedAsync(await ListAsync(parts.Stopping), parts.Stopping));
            _failures = 0;
        }
        catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
        {
            // What was on its way is given back with the rest.
        }
        catch (Exception error)
        {
            var wait = Retry.After(++_failures, parts.Random);
            wait = wait < _roundEvery ? wait : _roundEvery;
            _roundDue = Now + wait;
            parts.Observer.OnFailed("sharing sweeps with other servers", error, wait);
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        _roundDue = Now + _roundEvery;

        // First of all: everything else can wait, and these end.
        await _leases.RenewAsync(cancellationToken);
        await parts.Time.SynchronizeAsync(parts.Store, cancellationToken);
        var living = await ReportAsync(cancellationToken);
        var shares = await ListAsync(cancellationToken);
        parts.Schedule.Sweeps.IsShared = living > 1;
        await _leases.AdoptAsync(shares, cancellationToken);

        var fair = (shares.Length + living - 1) / living;
        var listed = shares.Select(share => share.Sweep).ToHashSet();
        await _leases.GiveBackAsync(key => !listed.Contains(key), int.MaxValue, cancellationToken);
        await _leases.GiveBackAsync(_ => true, _leases.Count - fair, cancellationToken);
        await TakeWantedAsync(shares, cancellationToken);
        if (!await _leases.TakeAsync(shares, fair - _leases.Count, cancellationToken))
        {
            _roundDue = Now;
        }

        _callShares.Set(living, shares);
    }

    private async Task TakeWantedAsync(ImmutableArray<SweepShare> shares, CancellationToken cancellationToken)
    {
        ImmutableHashSet<SweepKey> now;
        lock (_gate)
        {
            now = _wanted;
        }

        if (!now.IsEmpty)
        {
            await _leases.TakeAsync([.. shares.Where(share => now.Contains(share.Sweep))], int.MaxValue, cancellationToken);
        }

        lock (_gate)
        {
            _wanted = _wanted.Except(now);
        }
    }

    private async Task<int> ReportAsync(CancellationToken cancellationToken)
    {
        var now = parts.Time.GetUtcNow();
        var living = await parts.Store.ReportServerAsync(
            new()
            {
                Holder = parts.Reconciler.Holder,
                Address = _identity.Address,
                Version = _identity.Version,
                StartedAt = _began ??= now,
                SeenAt = now,
                EndsAt = now + parts.Reconciler.LeaseDuration,
            },
            cancellationToken);
        lock (_gate)
        {
            return _servers = Math.Max(1, living.Length);
        }
    }

    private async Task<ImmutableArray<SweepShare>> ListAsync(CancellationToken cancellationToken)
    {
        var shares = await parts.Store.ListSweepsAsync(cancellationToken);
        lock (_gate)
        {
            _known = shares.ToImmutableDictionary(share => share.Sweep);
        }

        return shares;
    }

    private async Task EndAsync(string what, Func<CancellationToken, Task> call)
    {
        using var patience = new CancellationTokenSource(RetirePatience, parts.Time);
        try
        {
            await call(patience.Token);
        }
        catch (Exception error) when (error is StoreException or OperationCanceledException)
        {
            // Others take over all the same, when the leases end.
            parts.Observer.OnFailed(
                what,
                error as StoreException ?? new StoreException(StoreErrorKind.Unavailable, "the store did not answer in time", error),
                parts.Reconciler.LeaseDuration);
        }
    }
}
