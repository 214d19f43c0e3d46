using Muster.Core;
using Muster.Core.Groups;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>
/// What the writes of a batch make of one group, which is read and locked in their
/// transaction. Changes with each write, so that the next one stands on the one before.
/// </summary>
/// <param name="group">Which group.</param>
/// <param name="footing">As it was read.</param>
internal sealed class LaneFooting(GroupId group, Footing footing)
{
    /// <summary>Of group_states <c>s</c>, groups <c>g</c> and activities <c>a</c>.</summary>
    public const string Columns = $"s.group_id AS of_group, {FootingRow.Columns}";

    public GroupId Group { get; } = group;

    /// <summary>As the writes so far leave it.</summary>
    public Footing Now { get; set; } = footing;

    /// <summary>Whether it is made by this transaction.</summary>
    public bool IsNew { get; init; }

    /// <summary>What is to be written; null while no check wrote.</summary>
    public GroupState? State { get; set; }

    /// <summary>Whether the lease is to be given back.</summary>
    public bool IsReleased { get; set; }

    /// <summary>A group that is made by this transaction.</summary>
    public static LaneFooting New(Group group) =>
        new(group.Id, new(LeaseStanding.New, group.Phase, IsLiving: true, Last: null)) { IsNew = true };

    /// <summary>Reads the columns; null when there is no such group.</summary>
    public static LaneFooting? Read(Row row) => row.IdOrNull<GroupId>() is { } group ? new(group, FootingRow.Read(row)) : null;
}
