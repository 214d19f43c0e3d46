using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// The stage before acting: looks once more where the plan rests on a look that somebody may have acted after, and where it wants a death.
/// Who dies must look so twice.
/// </summary>
internal sealed class SecondLook(Assessor assessor, ICheckStore store, GroupClouds clouds, GroupRecord planned)
{
    /// <summary>The newest read of the group: what stands, whatever becomes of the look.</summary>
    public GroupRecord Record { get; private set; } = planned;

    /// <summary>Makes sure.</summary>
    /// <param name="assessment">What the first look came to.</param>
    /// <param name="cancellationToken">Drop everything.</param>
    /// <returns>What holds now; null when the group lives no more.</returns>
    /// <exception cref="Clouds.CloudException">
    /// It cannot look again: nothing may be done, and nothing kept that the first look concluded, since somebody may have acted after it.
    /// </exception>
    public async Task<Assessment?> MakeSureAsync(Assessment assessment, CancellationToken cancellationToken)
    {
        var now = await store.FindGroupAsync(Record.Group.Id, cancellationToken);
        if (now is null || now.Group.Phase is GroupPhase.Archived)
        {
            return null;
        }

        if (!IsSame(now, Record))
        {
            Record = now;
            assessment = assessor.Assess(Record, clouds, await assessor.ObserveAsync(Record, clouds, cancellationToken));
        }

        if (!assessment.WantsToLookAgain && !assessment.Victims.Any())
        {
            return assessment;
        }

        var suspects = (assessment.WantsToLookAgain ? assessment.Dead : assessment.Victims)
            .ToLookup(one => one.Cloud, one => one.Instance);
        var (sight, loads) = (await assessor.ObserveAsync(Record, clouds, cancellationToken), assessment.Decision.Input.Loads);
        var second = assessor.Assess(Record, clouds, sight, lookedAgain: true, suspects, loads);
        return await HearOutAsync(cancellationToken)
            ? assessor.Assess(Record, clouds, sight, lookedAgain: true, suspects, loads)
            : second;
    }

    /// <summary>
    /// Whether something was said while the look was made, of a group whose gates a word opens or keeps shut, or whose instances go to rest
    /// from service: whoever answers in time must not be taken for silent because a cloud was slow to list.
    /// </summary>
    private async Task<bool> HearOutAsync(CancellationToken cancellationToken)
    {
        if (Record.Group is { Drain: null, Hooks.All.IsEmpty: true, Pool: null or { TakesSurplus: false } }
            || await store.FindGroupAsync(Record.Group.Id, cancellationToken) is not { } now
            || now.Notes.SequenceEqual(Record.Notes))
        {
            return false;
        }

        Record = Record with { Notes = now.Notes };
        return true;
    }

    /// <summary>
    /// Whether nobody acted, claimed anything, or said anything of an instance, between the read that the plan was made from and the lease.
    /// The fence is one more now: the lease's.
    /// </summary>
    private static bool IsSame(GroupRecord now, GroupRecord planned) =>
        now.Group.Version == planned.Group.Version
        && now.State.Fence == planned.State.Fence + 1
        && now.State.CheckedAt == planned.State.CheckedAt
        && now.State.RecentTerminations.SequenceEqual(planned.State.RecentTerminations)
        && now.OpenLaunches.SequenceEqual(planned.OpenLaunches)
        && now.Claims.SequenceEqual(planned.Claims)
        && now.Policies.SequenceEqual(planned.Policies)
        && now.Notes.SequenceEqual(planned.Notes);
}
