using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Traffic;

namespace Muster.Clouds.OpenStack;

/// <summary>
/// OpenStack's load balancers: an instance is a member of the pool that its group names, and known there by its name
/// (<see cref="MemberMark"/>). Members with other names are never touched, so that groups, and people, may share a pool.
/// </summary>
/// <remarks>
/// What Octavia holds is the only memory, but for how long a member is without new connections: Octavia does not tell what is still
/// open, so that is waited for, once more after a restart of the server.
/// </remarks>
internal sealed class OctaviaBalancer : ITrafficSource
{
    /// <summary>When to look again whether the load balancer has been told.</summary>
    private static readonly TimeSpan TellingMax = TimeSpan.FromSeconds(2);

    /// <summary>The same of one that has failed: each try keeps the load balancer busy, and it may fail until somebody mends it.</summary>
    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromSeconds(15);

    private readonly BalancerSettings _settings;
    private readonly TimeProvider _timeProvider;
    private readonly BalancerPools _pools;
    private readonly BalancerChanges _changes;
    private readonly PoolMembers _members;

    // Since when a member is known to get nothing new.
    private readonly ConcurrentDictionary<Drained, long> _drainedAt = new();

    public OctaviaBalancer(OpenStackApi api, BalancerSettings settings, Guid? memberSubnet, TimeProvider timeProvider)
    {
        (_settings, _timeProvider) = (settings, timeProvider);
        _pools = new(api, timeProvider);
        _changes = new(api, timeProvider);
        _members = new(api, _pools, _changes, memberSubnet, timeProvider);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        var pool = await _pools.FindAsync(scope, cancellationToken);
        var wanted = new Dictionary<InstanceId, TrafficMember>();
        foreach (var member in members)
        {
            wanted.TryAdd(member.Instance.Id, member);
        }

        var entries = ImmutableArray.CreateBuilder<TrafficEntry>();
        var own = OfGroup(scope, await _members.ListAsync(scope, pool, cancellationToken)).ToArray();
        foreach (var ofInstance in own.GroupBy(one => one.Instance))
        {
            wanted.TryGetValue(ofInstance.Key, out var member);

            // One that was told another address may have two members: the one that fits is its own, the other is nobody's.
            var isFirst = true;
            foreach (var (found, _) in ofInstance.OrderByDescending(one => one.Member.IsAt(member?.Address)))
            {
                entries.Add(EntryOf(found, isFirst ? member : null));
                isFirst = false;
            }
        }

        var alive = own.Select(one => one.Member.Id).ToHashSet();
        foreach (var gone in _drainedAt.Keys.Where(
            key => key.Group == scope.Group && key.Pool == pool.Id && !alive.Contains(key.Member)))
        {
            _drainedAt.TryRemove(gone, out _);
        }

        return entries.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var address = member.Address
            ?? throw new CloudException(CloudErrorKind.InvalidRequest, $"{member.Instance.Name} has no address for a pool");
        var pool = await _pools.FindAsync(scope, cancellationToken);
        PoolMember? own = null;
        var earlier = new List<PoolMember>();
        foreach (var found in await OfInstanceAsync(scope, pool, member, cancellationToken))
        {
            if (own is null && found.IsAt(address))
            {
                own = found;
            }
            else
            {
                // A member's address and port are as it was made.
                earlier.Add(found);
            }
        }

        if (own is not null)
        {
            _drainedAt.TryRemove(new(scope.Group, pool.Id, own.Id), out _);
        }

        if (own is null || (!own.GetsTraffic && !await _members.WeighAsync(pool, own, weight: 1, cancellationToken)))
        {
            await _members.AddAsync(scope, pool, MemberMark.Of(scope.Group, member.Instance.Id), address, cancellationToken);
        }

        // Not before: changes take turns, and a group whose port is another would have no member until its last one has gone.
        foreach (var found in earlier)
        {
            await _members.RemoveAsync(pool, found.Id, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var pool = await _pools.FindAsync(scope, cancellationToken);
        var least = DrainProgress.Empty;
        foreach (var found in await OfInstanceAsync(scope, pool, member, cancellationToken))
        {
            var progress = await DrainAsync(scope, pool, found, cancellationToken);
            least = progress.IsEmpty ? least : progress;
        }

        return least;
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(entry.Key, out var id))
        {
            var pool = await _pools.FindAsync(scope, cancellationToken);
            await _members.RemoveAsync(pool, id, cancellationToken);
            _drainedAt.TryRemove(new(scope.Group, pool.Id, id), out _);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken)
    {
        var pool = await _pools.FindAsync(scope, cancellationToken);
        return (await _pools.FindAsync(scope with { Use = other }, cancellationToken)).Id == pool.Id;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _changes.Dispose();
        _pools.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TrafficEntry EntryOf(PoolMember found, TrafficMember? member)
    {
        // One that moved, is switched off or could not be set up is told again.
        var state = found.IsDraining ? TrafficState.Draining
            : found.GetsTraffic && (member is null || found.IsAt(member.Address)) ? TrafficState.Joined
            : TrafficState.Out;
        return new(found.Id.ToString("D"), member, state) { Verdict = found.Verdict, Detail = found.Detail };
    }

    private static IEnumerable<(PoolMember Member, InstanceId Instance)> OfGroup(TrafficScope scope, PoolMember[] members)
    {
        foreach (var member in members)
        {
            if (MemberMark.InstanceOf(scope.Group, member.Name) is { } instance)
            {
                yield return (member, instance);
            }
        }
    }

    private async Task<PoolMember[]> OfInstanceAsync(
        TrafficScope scope, BalancerPool pool, TrafficMember member, CancellationToken cancellationToken) =>
    [
        .. OfGroup(scope, await _members.ListAsync(scope, pool, cancellationToken))
            .Where(one => one.Instance == member.Instance.Id).Select(one => one.Member),
    ];

    private async Task<DrainProgress> DrainAsync(
        TrafficScope scope, BalancerPool pool, PoolMember found, CancellationToken cancellationToken)
    {
        var key = new Drained(scope.Group, pool.Id, found.Id);
        if (!found.IsDraining || found.HasFailed)
        {
            _drainedAt.TryRemove(key, out _);
            return await _members.WeighAsync(pool, found, weight: 0, cancellationToken)
                ? new(IsEmpty: false, found.HasFailed ? AgainAfterFailure : TellingMax, "the load balancer is being told")
                : DrainProgress.Empty;
        }

        if (!found.IsSettled)
        {
            return new(IsEmpty: false, TellingMax, "the load balancer is being told");
        }

        var left = _settings.Settle - _timeProvider.GetElapsedTime(_drainedAt.GetOrAdd(key, _timeProvider.GetTimestamp()));
        return left <= TimeSpan.Zero
            ? DrainProgress.Empty
            : new(
                IsEmpty: false, left,
                string.Create(CultureInfo.InvariantCulture, $"what is open has {left.TotalSeconds:0} s left"));
    }

    private readonly record struct Drained(GroupId Group, Guid Pool, Guid Member);
}
