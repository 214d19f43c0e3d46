using System.Collections.Immutable;

using Muster.Core.Checks;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>One kept run of a group: which slot it lies in, and when it started.</summary>
internal sealed record CheckSlot(long Slot, Guid Id, DateTimeOffset StartedAt)
{
    /// <summary>
    /// Where the run belongs: the next free slot, or the oldest run's. Null when it is kept already, or older than all that are.
    /// </summary>
    public static long? For(CheckRun run, ImmutableArray<CheckSlot> kept)
    {
        if (kept.Any(slot => slot.Id == run.Id))
        {
            return null;
        }

        if (kept.Length < CheckRun.KeptMax)
        {
            return kept.Length;
        }

        var oldest = kept.MinBy(slot => (slot.StartedAt, slot.Id))!;
        return (oldest.StartedAt, oldest.Id).CompareTo((Microseconds.Kept(run.StartedAt), run.Id)) < 0 ? oldest.Slot : null;
    }
}
