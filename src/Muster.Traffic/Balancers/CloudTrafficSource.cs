using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Traffic;

namespace Muster.Traffic.Balancers;

/// <summary>
/// The load balancers of one cloud. A group may have instances on other clouds as well, of which these know nothing: they are in and out
/// as soon as it is asked for.
/// </summary>
/// <param name="cloud">The cloud.</param>
/// <param name="open">Opens its load balancers, when they are first asked for something.</param>
internal sealed class CloudTrafficSource(string cloud, Func<ITrafficSource> open) : ITrafficSource
{
    private readonly Lazy<ITrafficSource> _balancer = new(open);

    // Those of other clouds that drained or left, of each use of a group.
    private readonly ConcurrentDictionary<(GroupId Group, string? Backend, string Cloud, InstanceId Instance), bool> _out = new();

    /// <inheritdoc/>
    public string BalancersOf => cloud;

    /// <inheritdoc/>
    public async Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var elsewhere = members.Where(member => !IsOwn(member)).ToDictionary(member => KeyOf(scope, member));
        foreach (var gone in _out.Keys.Where(
            key => key.Group == scope.Group && key.Backend == scope.Use.Backend && !elsewhere.ContainsKey(key)))
        {
            _out.TryRemove(gone, out _);
        }

        var own = members.Where(IsOwn).ToImmutableArray();
        var entries = await _balancer.Value.ListAsync(scope, own, cancellationToken);
        return
        [
            .. entries,
            // One that is out is no entry: it would be asked to leave again and again.
            .. elsewhere.Where(one => !_out.ContainsKey(one.Key)).Select(one => new TrafficEntry(
                $"{one.Key.Cloud}/{one.Key.Instance}", one.Value, TrafficState.Joined)),
        ];
    }

    /// <inheritdoc/>
    public Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        if (IsOwn(member))
        {
            return _balancer.Value.JoinAsync(scope, member, cancellationToken);
        }

        _out.TryRemove(KeyOf(scope, member), out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        if (IsOwn(member))
        {
            return _balancer.Value.DrainAsync(scope, member, cancellationToken);
        }

        _out[KeyOf(scope, member)] = true;
        return Task.FromResult(DrainProgress.Empty);
    }

    /// <inheritdoc/>
    public Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Member is not { } member || IsOwn(member))
        {
            return _balancer.Value.LeaveAsync(scope, entry, cancellationToken);
        }

        _out[KeyOf(scope, member)] = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken) =>
        _balancer.Value.IsSamePlaceAsync(scope, other, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_balancer.IsValueCreated)
        {
            await _balancer.Value.DisposeAsync();
        }
    }

    private static (GroupId Group, string? Backend, string Cloud, InstanceId Instance) KeyOf(TrafficScope scope, TrafficMember member) =>
        (scope.Group, scope.Use.Backend, member.Cloud, member.Instance.Id);

    private bool IsOwn(TrafficMember member) => member.Cloud == cloud;
}
