using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Postgres.Tables;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>
/// What writes to a group stand on, read and locked in their transaction: whether they count, and what their activities melt into. Changes
/// with each write of the batch, so that the next one stands on the one before.
/// </summary>
/// <param name="group">Which group.</param>
internal sealed class Footing(GroupId group)
{
    /// <summary>Of group_states <c>s</c>, groups <c>g</c> and activities <c>a</c>.</summary>
    public const string Columns =
        $"s.group_id AS of_group, s.fence, s.lease_ends_at, s.lease_holder, g.phase, g.archived_at IS NULL AS is_living, a.entry, {ActivityRow.Columns}";

    public GroupId Group { get; } = group;

    /// <summary>The fencing number in force.</summary>
    public long Fence { get; set; }

    /// <summary>When the lease ends; null when it was released or never taken.</summary>
    public DateTimeOffset? LeaseEndsAt { get; set; }

    /// <summary>Who took the lease; null when it was released or never taken.</summary>
    public string? LeaseHolder { get; init; }

    public GroupPhase Phase { get; set; }

    public bool IsLiving { get; set; } = true;

    /// <summary>The newest activity; null when there is none.</summary>
    public Entry? Last { get; set; }

    /// <summary>Whether it is made by this transaction.</summary>
    public bool IsNew { get; init; }

    /// <summary>What is to be written; null while no check wrote.</summary>
    public GroupState? State { get; set; }

    /// <summary>Whether the lease is to be given back.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Whether a lease is the newest, was not given back, and is shown by whom it was given to: a fencing number alone can be read by many.</summary>
    public bool Honours(GroupLease lease) => LeaseEndsAt is not null && Fence == lease.Fence && LeaseHolder == lease.Holder;

    /// <summary>What becomes of the record of an idle check.</summary>
    public IdleStanding Judge(GroupState state) => IdleRule.Judge(IsLiving, Fence, LeaseEndsAt, state, Microseconds.Kept(state.CheckedAt));

    /// <summary>Reads the columns; null when there is no such group.</summary>
    public static Footing? Read(Row row)
    {
        if (row.IdOrNull<GroupId>() is not { } group)
        {
            return null;
        }

        var footing = new Footing(group)
        {
            Fence = row.Long(),
            LeaseEndsAt = row.TimeOrNull(),
            LeaseHolder = row.TextOrNull(),
            Phase = row.Word<GroupPhase>(),
            IsLiving = row.Flag(),
        };
        footing.Last = row.LongOrNull() is { } entry ? new Entry(entry, ActivityRow.Read(row)) : null;
        return footing;
    }
}
