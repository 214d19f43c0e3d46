using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Simulation.Refereeing;

/// <summary>
/// One group's hourly counts as they must be: what was made and what is in doubt is spent, and nothing else. Kept from what was committed,
/// and from which calls were made.
/// </summary>
public sealed class BrakeBook
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Bucket = TimeSpan.FromMinutes(5);

    private readonly Dictionary<LaunchId, Launch> _launches = [];
    private readonly Dictionary<long, int> _launched = [];
    private readonly Dictionary<long, int> _terminated = [];

    // Launches that some process called, and those that were written down first under the lease of the last record.
    private readonly HashSet<LaunchId> _called = [];
    private readonly HashSet<LaunchId> _begun = [];

    // Instances that drain, and since when: their end is spent with that, and not again.
    private readonly Dictionary<InstanceId, DateTimeOffset> _drained = [];

    // Those that drained until they were to rest, and since when.
    private readonly Dictionary<InstanceId, DateTimeOffset> _drainedOnce = [];

    // Instances that went to rest from service, and since when.
    private readonly Dictionary<InstanceId, DateTimeOffset> _rested = [];

    // Instances whose end was written down, then called for, and not surely refused since.
    private readonly HashSet<InstanceId> _doubtful = [];

    /// <summary>A process asks for an instance.</summary>
    public void LaunchCalled(LaunchId launch) => _called.Add(launch);

    /// <summary>A process asks for an instance's end.</summary>
    public void TerminateCalled(InstanceId instance) => _doubtful.Add(instance);

    /// <summary>The cloud surely did not end it.</summary>
    public void TerminateRefused(InstanceId instance) => _doubtful.Remove(instance);

    // What was written last under one lease, which goes on from there, whatever others who did nothing have written since.
    private (long Fence, GroupState State)? _last;

    /// <summary>What is wrong with a record that was committed; null when nothing is.</summary>
    /// <param name="fence">Of the lease that it was written under.</param>
    /// <param name="before">The group's state before it.</param>
    /// <param name="record">The record.</param>
    /// <param name="made">What each launch made, in truth.</param>
    /// <param name="now">The store's time.</param>
    /// <param name="releases">Whether the check ends with it: then it knows which of its launches it called.</param>
    /// <param name="pool">What it changes in the group's warm pool; null for nothing.</param>
    public string? OnRecorded(
        long fence, GroupState before, CheckRecord record, Func<LaunchId, bool> made, DateTimeOffset now, bool releases,
        PoolTurn? pool = null)
    {
        var goesOn = _last is { } kept && kept.Fence == fence;
        before = goesOn ? _last!.Value.State : before;
        if (!goesOn)
        {
            _begun.Clear();
        }

        _last = (fence, record.State);
        foreach (var launch in record.Launches)
        {
            if (!_launches.ContainsKey(launch.Id))
            {
                _begun.Add(launch.Id);
            }

            Count(_launched, launch.CreatedAt, IsSpent(launch) - (_launches.TryGetValue(launch.Id, out var known) ? IsSpent(known) : 0));
            _launches[launch.Id] = launch;
            if (launch.Phase is LaunchPhase.Failed && made(launch.Id))
            {
                return $"launch {launch.Id} is given back, and it made an instance";
            }
        }

        if (releases
            && _begun.FirstOrDefault(id => !_called.Contains(id) && IsSpent(_launches[id]) > 0) is { Value: var spent }
            && spent != default)
        {
            return $"launch {spent} was written down and never called, and is spent";
        }

        Rests(record, pool);
        Drains(record);
        return Terminations(before, record.State)
            ?? Compare("launches", _launched, record.State.Launched, now)
            ?? Compare("terminations", _terminated, record.State.Terminated, now);
    }

    /// <summary>
    /// Who goes to rest from service is spent with that, but for who drained; its end, should it come to that, is another.
    /// </summary>
    private void Rests(CheckRecord record, PoolTurn? pool)
    {
        foreach (var instance in pool?.FromService ?? [])
        {
            var since = record.State.Members.First(member => member.Instance == instance).Since;
            Count(_terminated, since, 1);
            _rested[instance] = since;
        }

        foreach (var instance in pool?.FromDrain ?? [])
        {
            if (_drained.Remove(instance, out var since))
            {
                _drainedOnce[instance] = since;
            }
        }

        foreach (var member in pool?.TakenBack ?? [])
        {
            if (_rested.TryGetValue(member.Instance, out var since) && since == member.Since)
            {
                _rested.Remove(member.Instance);
                Count(_terminated, since, -1);
            }
        }
    }

    private void Drains(CheckRecord record)
    {
        foreach (var back in record.Activities.Where(activity => activity.Description.StartsWith("returned ", StringComparison.Ordinal)))
        {
            if (back.Instance is { } instance && _drained.Remove(instance, out var since))
            {
                Count(_terminated, since, -1);
            }
        }

        foreach (var member in record.State.Members.Where(member => member.Phase is MemberPhase.Draining))
        {
            if (_drainedOnce.TryGetValue(member.Instance, out var since) && since == member.Since)
            {
                // That it rests was written and never tried: it still drains, as it did.
                _drained[member.Instance] = since;
            }
            else if (_drained.TryAdd(member.Instance, member.Since))
            {
                Count(_terminated, member.Since, 1);
            }
        }
    }

    private string? Terminations(GroupState before, GroupState after)
    {
        var earlier = before.RecentTerminations.ToDictionary(one => one.Instance);
        var later = after.RecentTerminations.ToDictionary(one => one.Instance);
        foreach (var instance in earlier.Keys.Union(later.Keys).ToList())
        {
            var (was, isNow) = (earlier.GetValueOrDefault(instance), later.GetValueOrDefault(instance));
            if (IsAsked(isNow) && (!IsAsked(was) || isNow!.Failures > was!.Failures))
            {
                Count(_terminated, isNow!.At, _drained.ContainsKey(instance) ? 0 : 1);
                _doubtful.Remove(instance);
            }
            else if (IsAsked(was) && IsGivenBack(was!, isNow))
            {
                Count(_terminated, was!.At, _drained.ContainsKey(instance) ? 0 : -1);
                if (_doubtful.Contains(instance))
                {
                    return $"the end of {instance} is given back, and it was called for and not refused";
                }
            }
        }

        return null;
    }

    private static bool IsAsked(RecentTermination? one) => one is { IsUnderWay: true, IsTold: false };

    /// <summary>
    /// Never tried, or refused. One that is found still there after an unknown outcome stays spent, and so does its time.
    /// </summary>
    private static bool IsGivenBack(RecentTermination was, RecentTermination? isNow) =>
        isNow is null || (!isNow.IsUnderWay && (isNow.Failures == was.Failures || isNow.At > was.At));

    private static string? Compare(string what, Dictionary<long, int> expected, HourlyCount kept, DateTimeOffset now)
    {
        var oldest = (now - Hour).ToUnixTimeSeconds();
        var counts = kept.Buckets.ToDictionary(bucket => bucket.Start, bucket => bucket.Count);
        foreach (var start in expected.Keys.Union(counts.Keys).Where(start => start > oldest).ToList())
        {
            var (must, has) = (expected.GetValueOrDefault(start), counts.GetValueOrDefault(start));
            if (must != has)
            {
                return $"{has} {what} are spent of {DateTimeOffset.FromUnixTimeSeconds(start):HH:mm}, and {must} were made or are in doubt";
            }
        }

        return null;
    }

    private static int IsSpent(Launch launch) => launch.Phase is LaunchPhase.Failed ? 0 : 1;

    private static void Count(Dictionary<long, int> counts, DateTimeOffset at, int change)
    {
        var seconds = at.ToUnixTimeSeconds();
        var start = seconds - (seconds % (long)Bucket.TotalSeconds);
        counts[start] = counts.GetValueOrDefault(start) + change;
    }
}
