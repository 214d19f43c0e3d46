using System.Collections.Immutable;
using System.Threading.Channels;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Server.Activities;

namespace Muster.Server.Members;

/// <summary>
/// Ends what broke off while an instance was let go or taken in: takes off the tags of those that are detached and listed still, and counts
/// those that are to be attached and are listed already. One a server; any server may do it again.
/// </summary>
/// <remarks>
/// What there is to do, the looks of checks show (<see cref="ISightings"/>): nothing is remembered here but when one that failed is tried
/// again. A group that nobody moves anything in or out of costs nothing.
/// </remarks>
/// <param name="store">What is noted.</param>
/// <param name="clouds">The clouds.</param>
/// <param name="pulse">Is woken by what was done.</param>
/// <param name="feed">Is told of it.</param>
/// <param name="capacityLimit">The installation's limit.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">Where ids and jitter come from.</param>
/// <param name="onFailed">Hears which step failed, and why; it is tried again.</param>
public sealed class MoveKeeper(
    IStore store, ICloudDirectory clouds, Func<IPulse> pulse, ActivityFeed feed, int capacityLimit, TimeProvider timeProvider,
    IRandomSource random, Action<string, Exception> onFailed) : ISightings
{
    /// <summary>Steps that wait: more are found again by the next look.</summary>
    private const int StepsMax = 1_000;

    /// <summary>Who has ended it, in the trail.</summary>
    private const string Author = "muster";

    // Whoever asked for it is likely to be at it still.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(10);

    private readonly Channel<Step> _steps =
        Channel.CreateBounded<Step>(new BoundedChannelOptions(StepsMax) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<(GroupId Group, string Cloud, InstanceId Instance), Attempt> _attempts = [];

    /// <inheritdoc/>
    public void Saw(
        GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Notes.All(note => !note.IsMoving))
        {
            return;
        }

        var listed = instances.ToDictionary(instance => instance.Id);
        lock (_gate)
        {
            var now = timeProvider.GetUtcNow();
            foreach (var note in record.Notes.Where(note => note.IsMoving && note.Cloud == cloud))
            {
                var key = (record.Group.Id, cloud, note.Instance);
                if (!listed.TryGetValue(note.Instance, out var instance))
                {
                    _attempts.Remove(key);
                }
                else if (!_attempts.TryGetValue(key, out var attempt))
                {
                    _attempts[key] = new(0, now + Grace, IsUnderWay: false);
                }
                else if (!attempt.IsUnderWay && attempt.NextAt <= now && _steps.Writer.TryWrite(new(record, cloud, instance, note)))
                {
                    _attempts[key] = attempt with { IsUnderWay = true };
                }
            }
        }
    }

    /// <summary>Does what looks show until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var step in _steps.Reader.ReadAllAsync(stopping))
            {
                await TakeAsync(step, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is left is found again by whoever looks next.
        }
    }

    private async Task TakeAsync(Step step, CancellationToken stopping)
    {
        var key = (step.Record.Group.Id, step.Cloud, step.Instance.Id);
        var hasFailed = false;
        try
        {
            // A group that is deleted takes nobody in any more.
            await (step.Note.DetachedFor is not null || step.Record.Group.Phase is not GroupPhase.Active
                ? UnmarkAsync(step, stopping)
                : CountAsync(step, stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            hasFailed = true;
            onFailed($"{(step.Note.DetachedFor is null ? "attaching" : "detaching")} instance {step.Instance.Id}", error);
        }

        lock (_gate)
        {
            var failures = hasFailed ? _attempts.GetValueOrDefault(key)?.Failures + 1 ?? 1 : 0;
            var wait = Backoff.WithJitter(Backoff.Delay(Math.Max(1, failures), RetryMin, RetryMax), random);
            _attempts[key] = new(failures, timeProvider.GetUtcNow() + wait, IsUnderWay: false);
        }
    }

    private async Task UnmarkAsync(Step step, CancellationToken stopping)
    {
        // It may have been taken in again since the look.
        var record = await store.FindGroupAsync(step.Record.Group.Id, stopping);
        var isWanted = record?.Notes.Any(note => note.Cloud == step.Cloud && note.Instance == step.Instance.Id
            && (note.DetachedFor is not null || (note.AttachingFor is not null && record.Group.Phase is not GroupPhase.Active)));
        if (isWanted is true && InstanceMoves.RetaggingOf(clouds, step.Record.Group, step.Cloud) is { } retagging)
        {
            await retagging.UnmarkAsync(store.Installation, step.Record.Group.Id, step.Instance.Id, stopping);
            pulse().Wake(step.Record.Group.Id);
        }
    }

    private async Task CountAsync(Step step, CancellationToken stopping)
    {
        var record = await store.FindGroupAsync(step.Record.Group.Id, stopping);
        if (record is not { Group.Phase: GroupPhase.Active })
        {
            return;
        }

        var note = record.Notes.FirstOrDefault(one => one.Cloud == step.Cloud && one.Instance == step.Instance.Id);
        var origin = new ChangeOrigin(Author, timeProvider.GetUtcNow(), note?.AttachingFor);
        if (InstanceMoves.Attached(record, step.Cloud, step.Instance, origin, capacityLimit, new(random.NextId())) is { } change)
        {
            await store.UpdateGroupAsync(change.Group, change.Activity, change.Notes, stopping);
            pulse().WakeChanged(change.Group.Id, change.Group.Account);
            feed.Announce();
        }
    }

    /// <summary>What a look showed that there is to do.</summary>
    private sealed record Step(GroupRecord Record, string Cloud, Instance Instance, MemberNote Note);

    /// <summary>How it went so far.</summary>
    private sealed record Attempt(int Failures, DateTimeOffset NextAt, bool IsUnderWay);
}
