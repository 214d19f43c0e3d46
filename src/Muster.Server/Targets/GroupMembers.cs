using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Server.Instances;

namespace Muster.Server.Targets;

/// <summary>Who of a group is in service, for many who ask again and again.</summary>
/// <remarks>
/// What is said of instances is read from the store each time. A listing is used again for a few seconds, unless something was done to the
/// group since: a load balancer that asks every second costs its cloud no more than one that asks every five.
/// </remarks>
internal sealed class GroupMembers(CloudLooks looks, TimeProvider timeProvider)
{
    /// <summary>How old a listing may be: as old as a load balancer's own interval.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(5);

    /// <summary>Most groups whose listings are kept; those that were looked at first are forgotten first.</summary>
    private const int KeptMax = 1_000;

    private readonly ConcurrentDictionary<GroupId, Seen> _seen = new();

    /// <summary>The members in service, each with its cloud.</summary>
    /// <param name="record">The group, just read.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="Core.Clouds.CloudException">
    /// A cloud of the group could not be listed: half of its members would be a lie.
    /// </exception>
    public async Task<ImmutableArray<(string Cloud, Instance Instance)>> ReadAsync(
        GroupRecord record, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var done = new Done(
            record.Group.Version, record.State.Fence, record.OpenLaunches.Length, record.State.RecentTerminations.Length);
        if (!_seen.TryGetValue(record.Group.Id, out var seen) || seen.Done != done || now - seen.At >= AgeMax)
        {
            var looked = await looks.LookAsync(record.Group.Account, record.Group.Id, record.Clouds, cancellationToken);
            foreach (var look in looked.Where(look => look.Failure is not null))
            {
                CloudLook.ThrowIfBlind([look]);
            }

            seen = new(done, now, looked);
            Keep(record.Group.Id, seen);
        }

        return
        [
            .. seen.Looks
                .SelectMany(look => look.Of(record, looks.Installation, now).Select(standing => (look.Cloud, Standing: standing)))
                .Where(one => one.Standing.Phase is InstancePhase.InService)
                .Select(one => (one.Cloud, one.Standing.Instance)),
        ];
    }

    private void Keep(GroupId group, Seen seen)
    {
        _seen[group] = seen;
        if (_seen.Count > KeptMax)
        {
            foreach (var old in _seen.OrderBy(pair => pair.Value.At).Take(KeptMax / 2).Select(pair => pair.Key).ToList())
            {
                _seen.TryRemove(old, out _);
            }
        }
    }

    /// <summary>What was done to a group, in numbers that differ when something more was.</summary>
    private sealed record Done(long Version, long Fence, int Launches, int Terminations);

    private sealed record Seen(Done Done, DateTimeOffset At, IReadOnlyList<CloudLook> Looks);
}
