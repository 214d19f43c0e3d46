using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Traffic;

namespace Muster.Clouds.Ec2;

/// <summary>
/// Target groups of Elastic Load Balancing as a source of traffic: members are targets by instance and port. Targets of instances that are
/// no members, and never were, are others', and left alone.
/// </summary>
/// <remarks>
/// A drain lasts as long as the target group's own deregistration delay: AWS shows the target as draining until then. It is over at once
/// where the target group has no load balancer.
/// </remarks>
/// <param name="api">Makes the calls; stays open.</param>
/// <param name="region">The cloud's region.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TargetGroupSource(BalancingApi api, string region, TimeProvider timeProvider) : ITrafficSource
{
    // Of a delay that is counted in minutes.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    private readonly TargetGroups _groups = new(api, region);
    private readonly ToldTargets _told = new(timeProvider);

    /// <inheritdoc/>
    public async Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (members.IsEmpty && !_told.Of(scope).Any())
        {
            return [];
        }

        var (group, shown) = await WithGroupAsync(
            scope, async group => (group, await api.DescribeAsync(group, [], cancellationToken)), cancellationToken);
        var byInstance = new Dictionary<string, TrafficMember>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            byInstance.TryAdd(member.Instance.Id.Value, member);
        }

        var entries = ImmutableArray.CreateBuilder<TrafficEntry>();
        foreach (var health in shown)
        {
            if (EntryOf(scope, group, health, byInstance.GetValueOrDefault(health.Target.Instance)) is { } entry)
            {
                entries.Add(entry);
            }
        }

        var targets = shown.Select(health => health.Target).ToHashSet();
        foreach (var target in _told.Of(scope).Where(target => !targets.Contains(target)).ToList())
        {
            if (EntryOfAbsent(scope, group, target, byInstance.GetValueOrDefault(target.Instance)) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var target = TargetOf(member);
        if (member.Instance.State is InstanceState.Provisioning)
        {
            // AWS takes running ones alone. It is asked for again when it runs, since nothing shows it then.
            _told.Say(scope, target, Told.Waiting);
            return;
        }

        await WithGroupAsync(
            scope,
            async group =>
            {
                await api.RegisterAsync(group, target, cancellationToken);
                return true;
            },
            cancellationToken);
        _told.Say(scope, target, Told.In);
    }

    /// <inheritdoc/>
    public Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var own = TargetOf(member);
        return WithGroupAsync(
            scope,
            async group =>
            {
                // Those of an earlier port are the member's as well.
                Target[] targets = [.. _told.Of(scope).Where(target => target.Instance == own.Instance).Append(own).Distinct()];
                var known = targets.Where(target => _told.Find(scope, target).Told is Told.In).ToArray();
                await TakeOutAsync(scope, group, known, cancellationToken);
                if (_told.Find(scope, own).Told is Told.Waiting)
                {
                    _told.Forget(scope, own);
                }

                var shown = await api.DescribeAsync(group, targets, cancellationToken);
                var others = shown.Where(health => health.IsIn && !known.Contains(health.Target)).Select(health => health.Target).ToArray();
                if (others.Length > 0)
                {
                    await TakeOutAsync(scope, group, others, cancellationToken);
                    shown = await api.DescribeAsync(group, targets, cancellationToken);
                }

                return shown.FirstOrDefault(health => health.IsBusy) is { } busy
                    ? new(IsEmpty: false, LookAgain, busy.Detail)
                    : DrainProgress.Empty;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(entry);
        if (Target.Parse(entry.Key[(entry.Key.LastIndexOf('/') + 1)..]) is not { } target)
        {
            throw new ArgumentException($"{entry.Key} is no target", nameof(entry));
        }

        await WithGroupAsync(
            scope,
            async group =>
            {
                await api.DeregisterAsync(group, [target], cancellationToken);
                return true;
            },
            cancellationToken);
        _told.Say(scope, target, Told.Out);
    }

    /// <inheritdoc/>
    public async Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var group = await _groups.FindAsync(scope, cancellationToken);
        return (await _groups.FindAsync(scope with { Use = other }, cancellationToken)).Arn == group.Arn;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Target TargetOf(TrafficMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.Address is { } address
            ? new(member.Instance.Id.Value, address.Port)
            : throw new CloudException(CloudErrorKind.InvalidRequest, $"{member.Instance.Name} has no address to take traffic at");
    }

    private static bool IsAt(TrafficMember? member, Target target) => member?.Address?.Port == target.Port;

    private static TrafficEntry Entry(
        TargetGroup group, Target target, TrafficMember? member, TrafficState state, TargetHealth? health = null, string? detail = null) =>
        new($"{group.Name}/{target}", member, state)
        {
            Verdict = health?.Verdict ?? Core.Health.Verdict.Unknown, Detail = detail ?? health?.Detail,
        };

    /// <summary>What is to be told of a target that AWS shows; null where it is another's, or of no concern any more.</summary>
    private TrafficEntry? EntryOf(TrafficScope scope, TargetGroup group, TargetHealth health, TrafficMember? member)
    {
        var target = health.Target;
        var (told, isFresh) = _told.Find(scope, target);
        if (told is Told.Out && member is not null && (isFresh || !health.IsIn))
        {
            return null;
        }

        if (!health.IsIn)
        {
            if (told is Told.In && isFresh)
            {
                return Fresh(group, target, member);
            }

            _told.Forget(scope, target);
            return IsAt(member, target) && health.IsDraining ? Entry(group, target, member, TrafficState.Draining, health) : null;
        }

        if (member is null && told is not Told.In)
        {
            // It may have been a member's that has been out since, and is somebody's again.
            _told.Forget(scope, target);
            return null;
        }

        _told.Found(scope, target);

        // At another port it is what is left of a member that has moved: that one joins where it is now, and this leaves.
        return Entry(group, target, IsAt(member, target) ? member : null, TrafficState.Joined, health);
    }

    /// <summary>What is to be told of a target that AWS does not show; null where there is nothing to tell.</summary>
    private TrafficEntry? EntryOfAbsent(TrafficScope scope, TargetGroup group, Target target, TrafficMember? member)
    {
        switch (_told.Find(scope, target))
        {
            case (Told.In, true):
                return Fresh(group, target, member);
            case (Told.Waiting, _) when IsAt(member, target) && member!.Instance.State is InstanceState.Provisioning:
                return Entry(group, target, member, TrafficState.Joined, detail: "it is registered when it runs");
            case (Told.Out, true) when member is not null:
                return null;
            default:
                _told.Forget(scope, target);
                return null;
        }
    }

    private static TrafficEntry? Fresh(TargetGroup group, Target target, TrafficMember? member) => IsAt(member, target)
        ? Entry(group, target, member, TrafficState.Joined, detail: "it was registered a moment ago")
        : null;

    private async Task TakeOutAsync(TrafficScope scope, TargetGroup group, Target[] targets, CancellationToken cancellationToken)
    {
        if (targets.Length == 0)
        {
            return;
        }

        await api.DeregisterAsync(group, targets, cancellationToken);
        foreach (var target in targets)
        {
            _told.Forget(scope, target);
        }
    }

    private async Task<T> WithGroupAsync<T>(TrafficScope scope, Func<TargetGroup, Task<T>> call, CancellationToken cancellationToken)
    {
        var group = await _groups.FindAsync(scope, cancellationToken);
        try
        {
            return await call(group);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.NotFound)
        {
            _groups.Forget(scope);
            throw;
        }
    }
}
