using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>What a user does to a group, with its activity.</summary>
internal abstract class GroupWrite(Group group, Activity activity, CancellationToken cancellationToken) : LaneWrite(cancellationToken)
{
    /// <summary>As the user wants it.</summary>
    public Group Group { get; } = group;

    public override IReadOnlyCollection<GroupId> Groups => [Group.Id];

    public override int PositionsMax => 1;

    protected Activity Activity { get; } = activity;
}
