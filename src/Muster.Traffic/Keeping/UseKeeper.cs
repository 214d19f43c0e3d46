using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>
/// Keeps one source as one group wants it: asks what the source holds, compares that with what is written, and calls for the difference,
/// again and again. Nothing is remembered but what the source says, so that a restart of either loses nothing.
/// </summary>
/// <remarks>One loop; calls of a round run at the same time, and one that takes long goes on beside the next rounds.</remarks>
/// <param name="group">The group.</param>
/// <param name="use">The source, and what the group says of it.</param>
/// <param name="parts">What all share.</param>
internal sealed partial class UseKeeper(KeptTraffic group, TrafficUse use, TrafficParts parts)
{
    private readonly Lock _gate = new();
    private readonly Bell _bell = new(parts.Time);
    private readonly UseAlarm _alarm = new(use.Source, parts);
    private readonly UseWord _word = new(group, use.Source, parts);

    // The loop's own.
    private readonly List<Task> _calls = [];
    private ImmutableArray<TrafficEntry> _entries = [];
    private DateTimeOffset _listedAt = DateTimeOffset.MinValue;
    private int _failuresInRow;

    // Guarded by the gate.
    private readonly Dictionary<(string Cloud, InstanceId Instance), Place> _places = [];
    private readonly Dictionary<string, Place> _foreign = new(StringComparer.Ordinal);
    private bool _mustList;

    /// <summary>The loop, once it was started. Guarded by the keeper's gate.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>Whether it has come to its end.</summary>
    public bool IsOver { get; private set; }

    private string Claim => $"{use.Source}/{use.Backend}";

    /// <summary>Has it look now.</summary>
    public void Ring()
    {
        lock (_gate)
        {
            _mustList = true;
        }

        _bell.Ring();
    }

    /// <summary>What is known against that traffic reaches the group's instances by it; null for nothing.</summary>
    /// <param name="isAwaited">Whether the group is to be checked once it was asked for the first time.</param>
    public TrafficWord? Word(bool isAwaited) => IsRetired() ? null : _word.Of(isAwaited);

    /// <summary>Works until it is retired and done, or dropped.</summary>
    /// <param name="dropped">Ends it as it is: another server goes on.</param>
    public async Task RunAsync(CancellationToken dropped)
    {
        // Whoever has seen something goes on.
        await Task.Yield();
        try
        {
            while (!IsOver)
            {
                var wait = await TryRoundAsync(dropped);
                if (!IsOver)
                {
                    await _bell.WaitAsync(wait, dropped);
                }
            }
        }
        catch (OperationCanceledException) when (dropped.IsCancellationRequested)
        {
            // What is written is found by whoever comes next.
        }
        finally
        {
            await Task.WhenAll(_calls);
            parts.Unclaim(Claim, group.Id);
            group.Linger(use, lingers: false);
            _alarm.Drop();
            IsOver = true;
        }
    }

    private async Task<TimeSpan> TryRoundAsync(CancellationToken dropped)
    {
        try
        {
            var record = await group.ReadAsync(dropped);
            if (IsRetired() || record?.Group.Traffic.All.Contains(use) is not true)
            {
                return await RetireAsync(record, dropped);
            }

            // However it once began to end: the next end has all its time.
            (_leavingSince, _isToldOff) = (null, false);
            return await RoundAsync(record, isLingering: false, dropped);
        }
        catch (OperationCanceledException) when (dropped.IsCancellationRequested)
        {
            throw;
        }
        catch (StoreException error)
        {
            parts.Observer.OnStoreFailed(group.Name, error);
        }
        catch (Exception error)
        {
            parts.Observer.OnBroken($"traffic of group {group.Name} at {use.Source}", error);
        }

        return Wait(++_failuresInRow);
    }

    /// <param name="record">The group.</param>
    /// <param name="isLingering">Whether the group has said that it uses another place instead, and this one serves until then.</param>
    /// <param name="dropped">Ends it as it is.</param>
    private async Task<TimeSpan> RoundAsync(GroupRecord record, bool isLingering, CancellationToken dropped)
    {
        if (parts.Sources.Find(use.Source) is not { } open)
        {
            await _alarm.RaiseAsync(record, $"this server's configuration has no source of traffic {use.Source}");
            _word.Unknown();
            return parts.Options.RetryMax;
        }

        var owner = open.Kind.Description.IsExclusive ? parts.Claim(Claim, group.Id) : null;
        if (owner is not null)
        {
            var why = $"backend {use.Backend} of {use.Source} is in use by group {owner}: a backend is one group's";
            await _alarm.RaiseAsync(record, why);
            _word.Say(why);
        }

        var (now, seen) = (parts.Now, group.Seen);
        var scope = new TrafficScope(group.Id, record.Group.Account, record.Group.Name, use);
        var needsPort = open.Kind.Description.Needs.Port is true;
        var wanted = TrafficPlan.Read(record, seen, use, needsPort, now);
        if (owner is not null)
        {
            // Nobody is taken in. Who drains leaves all the same: it may have got something before the other group was known.
            wanted = wanted.RemoveAll(one => one.DrainingSince is null);
            if (wanted.IsEmpty)
            {
                return parts.Options.RetryMax;
            }
        }

        if (!await TryListAsync(open, scope, record, wanted, isOwn: owner is null && !isLingering, now, dropped))
        {
            return Wait(++_failuresInRow);
        }

        _failuresInRow = 0;
        Start(open, scope, record, wanted, now, dropped);
        if (owner is null)
        {
            Free(open, scope, record.Clouds, seen, now, dropped);
        }

        await WaitForCallsAsync(dropped);
        foreach (var one in wanted.Where(one => one is { DrainingSince: not null, IsNoted: false } && IsEmpty(one)))
        {
            // Said already, unless the store was away.
            await group.FoundEmptyAsync(record, one, use);
        }

        group.Forget(wanted);
        if (owner is null && !isLingering)
        {
            await ConcludeAsync(record, wanted);
        }

        return NextIn(now);
    }

    /// <summary>What the source holds, as often as it must be asked. Returns false where it does not say.</summary>
    private async Task<bool> TryListAsync(
        OpenSource open, TrafficScope scope, GroupRecord record, ImmutableArray<Wanted> wanted, bool isOwn, DateTimeOffset now,
        CancellationToken dropped)
    {
        lock (_gate)
        {
            if (!_mustList && now - _listedAt < LookEvery)
            {
                return true;
            }

            _mustList = false;
        }

        var name = use.Health && isOwn ? TrafficFindings.NameOf(record.Group.Traffic, use, KindOf) : null;
        try
        {
            _entries = await WithinAsync(
                cancellation => open.Source.ListAsync(
                    scope, [.. wanted.Where(one => one.Obstacle is null).Select(one => one.Member)], cancellation), dropped);
            _listedAt = now;
        }
        catch (TrafficException error)
        {
            parts.CountFailed();
            if (isOwn)
            {
                // That the place is another group's stands, whatever else there is: two causes in turn would be news each time. What the
                // group asks for no more is no news at all.
                await _alarm.RaiseAsync(record, error.Message);
                _word.Failed(error);
            }

            if (error.Kind is TrafficErrorKind.Absent)
            {
                // What is not there sends nothing to anybody.
                foreach (var one in wanted.Where(one => one is { DrainingSince: not null, IsNoted: false }))
                {
                    await group.FoundEmptyAsync(record, one, use);
                }
            }

            if (name is not null)
            {
                await FindAsync(record, name, TrafficFindings.Unknown(name, $"{use.Source}: {error.Message}", wanted, record, now), now);
            }

            return false;
        }

        if (name is not null)
        {
            await FindAsync(record, name, TrafficFindings.Read(name, use.Source, wanted, _entries, record, now), now);
        }

        return true;
    }

    private TimeSpan LookEvery => parts.Sources.Find(use.Source)?.Kind.Description.LookEvery ?? parts.Options.LookEvery;

    private string? KindOf(string source) =>
        parts.Sources.Find(source)?.Kind is { } kind ? kind.Description.Finding ?? kind.Name : null;

    private async Task FindAsync(
        GroupRecord record, string name, ImmutableArray<Core.Members.NoteChange> changes, DateTimeOffset now)
    {
        if (changes.IsEmpty)
        {
            return;
        }

        try
        {
            await group.NoteAsync(changes, TrafficFindings.IsNews(name, changes, record, now));
        }
        catch (Exception error) when (error is StoreException or InputException)
        {
            // What it finds next is written next.
            parts.Observer.OnStoreFailed(record.Group.Name, error);
        }
    }

    /// <summary>Begins a call for each member that is not as it should be.</summary>
    private void Start(
        OpenSource open, TrafficScope scope, GroupRecord record, ImmutableArray<Wanted> wanted, DateTimeOffset now,
        CancellationToken dropped)
    {
        var held = new Dictionary<(string, InstanceId), TrafficEntry>();
        foreach (var entry in _entries)
        {
            if (entry.Member is { } member)
            {
                held.TryAdd((member.Cloud, member.Instance.Id), entry);
            }
        }

        lock (_gate)
        {
            foreach (var one in wanted)
            {
                var key = (one.Member.Cloud, one.Member.Instance.Id);
                if (!_places.TryGetValue(key, out var place))
                {
                    _places.Add(key, place = new());
                }

                if (one.Want is not Want.Drain)
                {
                    place.EmptyOf = null;
                }

                if (one.Want is not Want.Leave)
                {
                    place.LeaveAt = DateTimeOffset.MinValue;
                }

                if (!place.IsBusy && place.NextAt <= now
                    && CallFor_NeedsGate(open, scope, record, one, place, held.GetValueOrDefault(key)) is { } call)
                {
                    _calls.Add(CallAsync(open, place, call, dropped));
                }
            }

            var living = wanted.Select(one => (one.Member.Cloud, one.Member.Instance.Id)).ToHashSet();
            foreach (var (gone, _) in _places.Where(place => !place.Value.IsBusy && !living.Contains(place.Key)).ToList())
            {
                _places.Remove(gone);
            }
        }
    }

    /// <summary>What is to be called for a member; null where it is as it should be.</summary>
    private Func<CancellationToken, Task>? CallFor_NeedsGate(
        OpenSource open, TrafficScope scope, GroupRecord record, Wanted one, Place place, TrafficEntry? entry)
    {
        switch (one.Want)
        {
            case Want.Join when one.Obstacle is { } obstacle:
                (place.Problem, place.IsRefused) = (obstacle, true);
                return null;
            case Want.Join when entry?.State is not TrafficState.Joined:
                return async cancellation =>
                {
                    await open.Source.JoinAsync(scope, one.Member, cancellation);
                    parts.CountJoined();
                    parts.Observer.OnJoined(record.Group.Name, use.Source, one.Member.Instance.Id);
                };
            case Want.Drain when place.EmptyOf != DrainOf(one) || entry?.State is TrafficState.Joined:
                return cancellation => DrainAsync(open, scope, record, one, place, cancellation);
            case Want.Leave when entry is not null && place.LeaveAt <= parts.Now:
                return async cancellation =>
                {
                    await LeaveAsync(open, scope, entry, record.Group.Name, cancellation);

                    // One that is listed again, as long as it has connections, is asked at leisure.
                    lock (_gate)
                    {
                        place.LeaveAt = parts.Now + LookEvery;
                    }
                };
            default:
                place.Problem = null;
                return null;
        }
    }

    private async Task DrainAsync(
        OpenSource open, TrafficScope scope, GroupRecord record, Wanted one, Place place, CancellationToken cancellationToken)
    {
        // Nobody could be told where it is, so that nothing was ever sent there.
        var progress = one.Obstacle is null ? await open.Source.DrainAsync(scope, one.Member, cancellationToken) : DrainProgress.Empty;
        lock (_gate)
        {
            place.EmptyOf = progress.IsEmpty ? DrainOf(one) : null;
            place.NextAt = parts.Now + (progress.IsEmpty ? TimeSpan.Zero : progress.LookIn ?? parts.Options.RetryMin);
        }

        if (progress.IsEmpty)
        {
            parts.CountDrained();
            parts.Observer.OnEmpty(record.Group.Name, use.Source, one.Member.Instance.Id);
            await group.FoundEmptyAsync(record, one, use);
        }
    }

    private async Task LeaveAsync(
        OpenSource open, TrafficScope scope, TrafficEntry entry, string name, CancellationToken cancellationToken)
    {
        await open.Source.LeaveAsync(scope, entry, cancellationToken);
        parts.CountLeft();
        parts.Observer.OnLeft(name, use.Source, entry.Key);
    }

    /// <summary>
    /// Begins to forget entries that are nobody's. A whole look at each of the group's clouds that began after an entry was found to be so
    /// must show that: a server that hears of no looks any more knows nothing of members that others have taken in since.
    /// </summary>
    private void Free(
        OpenSource open, TrafficScope scope, ImmutableArray<string> clouds, ImmutableDictionary<string, Sighted> seen, DateTimeOffset now,
        CancellationToken dropped)
    {
        lock (_gate)
        {
            var nobodys = _entries.Where(entry => entry.Member is null).ToList();
            foreach (var entry in nobodys)
            {
                if (!_foreign.TryGetValue(entry.Key, out var place))
                {
                    _foreign.Add(entry.Key, place = new() { SeenAt = now });
                }

                var isSure = clouds.All(cloud =>
                    seen.TryGetValue(cloud, out var look) && look.LookedAt > place.SeenAt + look.ListingLagMax);
                if (isSure && !place.IsBusy && place.NextAt <= now)
                {
                    // One that is listed again, as long as it has connections, is asked at leisure.
                    place.NextAt = now + LookEvery;
                    _calls.Add(CallAsync(
                        open, place, cancellation => LeaveAsync(open, scope, entry, group.Name, cancellation), dropped));
                }
            }

            var living = nobodys.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var (gone, _) in _foreign.Where(place => !place.Value.IsBusy && !living.Contains(place.Key)).ToList())
            {
                _foreign.Remove(gone);
            }
        }
    }

    /// <summary>One call, from its start to what follows from it. Owned by the list of those that are under way.</summary>
    private Task CallAsync(OpenSource open, Place place, Func<CancellationToken, Task> call, CancellationToken dropped)
    {
        place.IsBusy = true;
        return MakeAsync();

        async Task MakeAsync()
        {
            // Not under the gate.
            await Task.Yield();
            string? problem = null;
            var isRefused = false;
            TimeSpan? retryAfter = null;
            try
            {
                await open.Places.WaitAsync(dropped);
                try
                {
                    await WithinAsync(
                        async cancellation =>
                        {
                            await call(cancellation);
                            return true;
                        },
                        dropped);
                }
                finally
                {
                    open.Places.Release();
                }
            }
            catch (OperationCanceledException) when (dropped.IsCancellationRequested)
            {
                // Whoever comes next makes it again.
            }
            catch (TrafficException error)
            {
                (problem, retryAfter, isRefused) = (error.Message, error.RetryAfter, error.Kind is not TrafficErrorKind.Unavailable);
            }
            catch (Exception error)
            {
                problem = "a call failed unexpectedly";
                parts.Observer.OnBroken($"a call to {use.Source} for group {group.Name}", error);
            }

            lock (_gate)
            {
                place.IsBusy = false;
                (place.Problem, place.IsRefused) = (problem, isRefused);
                place.Failures = problem is null ? 0 : place.Failures + 1;
                _mustList = true;
                if (problem is not null)
                {
                    var wait = Wait(place.Failures);
                    var next = parts.Now + (retryAfter > wait ? Shorter(retryAfter.Value, parts.Options.RetryMax) : wait);
                    place.NextAt = next > place.NextAt ? next : place.NextAt;
                }
            }

            if (problem is not null)
            {
                parts.CountFailed();
            }

            _bell.Ring();
        }
    }

    /// <summary>Waits for the calls, and leaves those that take long to themselves.</summary>
    private async Task WaitForCallsAsync(CancellationToken dropped)
    {
        if (_calls.Count > 0)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(dropped);
            await Task.WhenAny(Task.WhenAll(_calls), Task.Delay(parts.Options.RoundWait, parts.Time, enough.Token));
            await enough.CancelAsync();
            dropped.ThrowIfCancellationRequested();
            _calls.RemoveAll(call => call.IsCompletedSuccessfully);
        }
    }

    /// <summary>Raises the alarm where something does not work, and ends it where all does.</summary>
    private async Task ConcludeAsync(GroupRecord record, ImmutableArray<Wanted> wanted)
    {
        string? problem, unreached;
        lock (_gate)
        {
            problem = _places.Values.Concat(_foreign.Values).Select(place => place.Problem).FirstOrDefault(why => why is not null);
            unreached = UseWord.Unreached(
                wanted, one => _places.GetValueOrDefault((one.Member.Cloud, one.Member.Instance.Id)));
            _hasTakenIn = HasTakenIn(wanted);
        }

        _word.Say(unreached);
        if (problem is not null)
        {
            await _alarm.RaiseAsync(record, problem);
        }
        else
        {
            await _alarm.EndAsync(record);
        }
    }

    private bool IsEmpty(Wanted one)
    {
        lock (_gate)
        {
            return _places.GetValueOrDefault((one.Member.Cloud, one.Member.Instance.Id))?.EmptyOf == one.DrainingSince;
        }
    }

    /// <summary>How long until there is something to do, unless it is said before.</summary>
    /// <param name="now">When the round began: what has become due since was not done in it.</param>
    private TimeSpan NextIn(DateTimeOffset now)
    {
        var next = now + Backoff.WithJitter(LookEvery, parts.Random);
        lock (_gate)
        {
            foreach (var place in _places.Values.Concat(_foreign.Values))
            {
                if (!place.IsBusy && place.NextAt > now && place.NextAt < next)
                {
                    next = place.NextAt;
                }
            }
        }

        return next - parts.Now;
    }

    private TimeSpan Wait(int failures) =>
        Backoff.WithJitter(Backoff.Delay(failures, parts.Options.RetryMin, parts.Options.RetryMax), parts.Random);

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken dropped)
    {
        using var late = new CancellationTokenSource(parts.Options.CallTimeout, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, dropped);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException error) when (!dropped.IsCancellationRequested)
        {
            throw new TrafficException(
                TrafficErrorKind.Unavailable,
                $"{use.Source} gave no answer within {DurationText.Format(parts.Options.CallTimeout)}", error);
        }
    }

    private static DateTimeOffset DrainOf(Wanted one) => one.DrainingSince ?? DateTimeOffset.MinValue;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
