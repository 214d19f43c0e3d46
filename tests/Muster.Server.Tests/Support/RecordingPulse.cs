using System.Collections.Concurrent;

using Muster.Core;
using Muster.Core.Planning;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Server.Tests.Support;

/// <summary>Checks nothing, and remembers what it was told.</summary>
internal sealed class RecordingPulse : IPulse
{
    /// <summary>Groups that were woken.</summary>
    public ConcurrentQueue<GroupId> Woken { get; } = [];

    /// <summary>Of each call that came first: whether it was made.</summary>
    public ConcurrentQueue<bool> Urgent { get; } = [];

    public CheckHistory History => throw new NotSupportedException();

    public int GroupsBelow => throw new NotSupportedException();

    public PulseStatus Status => throw new NotSupportedException();

    public bool TakesUrgency(GroupId group) => true;

    public void OnUrgencyEnded(GroupId group, bool wasGranted) => Urgent.Enqueue(wasGranted);

    public void Wake(GroupId group) => Woken.Enqueue(group);

    public void WakeAll() => throw new NotSupportedException("nobody pauses");

    public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Plan> PlanAsync(GroupId group, Func<GroupRecord, GroupRecord>? assumed, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Plan> PlanAsync(GroupRecord assumed, CancellationToken cancellationToken) => throw new NotSupportedException();
}
