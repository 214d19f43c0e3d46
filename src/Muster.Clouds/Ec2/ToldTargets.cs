using System.Collections.Concurrent;

using Muster.Core;
using Muster.Core.Traffic;

namespace Muster.Clouds.Ec2;

/// <summary>What was last said of a target.</summary>
internal enum Told
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>It is to be registered once it runs.</summary>
    Waiting,

    /// <summary>It is registered.</summary>
    In,

    /// <summary>It is forgotten: whatever it still finishes is nobody's concern.</summary>
    Out,
}

/// <summary>
/// What target groups were told of each of a group's targets. Targets carry no mark of whose they are: by this a group's own are known when
/// it has them no more, and by this nothing is said twice while AWS does not show yet that it was said. Lost at a restart, after which
/// what members have is found again. Safe to share.
/// </summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class ToldTargets(TimeProvider timeProvider)
{
    /// <summary>How long AWS may go on showing what was so before. It promises no figure; as a rule it is a second or two.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(GroupId Group, string Backend, Target Target), (Told Told, long? At)> _told = [];

    /// <summary>What was said, and whether that may not show yet.</summary>
    public (Told Told, bool IsFresh) Find(TrafficScope scope, Target target) =>
        _told.TryGetValue(KeyOf(scope, target), out var told)
            ? (told.Told, told.At is { } at && timeProvider.GetElapsedTime(at) < Lag)
            : default;

    /// <summary>The targets of a group of which something was said.</summary>
    public IEnumerable<Target> Of(TrafficScope scope) => _told.Keys
        .Where(key => key.Group == scope.Group && key.Backend == (scope.Use.Backend ?? "")).Select(key => key.Target);

    /// <summary>Something was said now.</summary>
    public void Say(TrafficScope scope, Target target, Told told) => _told[KeyOf(scope, target)] = (told, timeProvider.GetTimestamp());

    /// <summary>It was found registered.</summary>
    public void Found(TrafficScope scope, Target target) => _told.AddOrUpdate(
        KeyOf(scope, target), (Told.In, null), (_, before) => before.Told is Told.In ? before : (Told.In, null));

    /// <summary>Nothing is to be known of it any more.</summary>
    public void Forget(TrafficScope scope, Target target) => _told.TryRemove(KeyOf(scope, target), out _);

    private static (GroupId Group, string Backend, Target Target) KeyOf(TrafficScope scope, Target target) =>
        (scope.Group, scope.Use.Backend ?? "", target);
}
