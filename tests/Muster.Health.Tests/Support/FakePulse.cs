using Muster.Core;
using Muster.Core.Planning;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Health.Tests.Support;

/// <summary>A pulse that makes looks and remembers them.</summary>
/// <param name="look">What a look does.</param>
internal sealed class FakePulse(Action<GroupId> look) : IPulse
{
    public CheckHistory History => throw new NotSupportedException();

    public int GroupsBelow => throw new NotSupportedException();

    public PulseStatus Status => throw new NotSupportedException();

    public Task<Plan> PlanAsync(GroupId group, Func<GroupRecord, GroupRecord>? assumed, CancellationToken cancellationToken)
    {
        look(group);
        return Task.FromResult<Plan>(null!);
    }

    public Task<Plan> PlanAsync(GroupRecord assumed, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Wake(GroupId group) => throw new NotSupportedException();

    public void WakeAll() => throw new NotSupportedException();

    public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) => throw new NotSupportedException();
}
