using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Server.Activities;
using Muster.Server.Finders;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Groups;

/// <summary>Makes changes of groups: reads, lets the rules decide, writes unless somebody was faster, wakes the pulse, tells.</summary>
public sealed class GroupEditor
{
    /// <summary>
    /// Attempts at a change while others change the same group; losing that often in a row means somebody is stuck in a loop.
    /// </summary>
    private const int AttemptsMax = 10;

    private readonly IGroupStore _store;
    private readonly GroupFinder _finder;
    private readonly IPulse _pulse;
    private readonly ActivityFeed _feed;

    internal GroupEditor(IGroupStore store, GroupFinder finder, IPulse pulse, ActivityFeed feed) =>
        (_store, _finder, _pulse, _feed) = (store, finder, pulse, feed);

    /// <summary>Changes a group.</summary>
    /// <param name="account">Whose group.</param>
    /// <param name="idOrName">Which group.</param>
    /// <param name="ifMatch">What the caller has seen.</param>
    /// <param name="change">What the rules make of it; null when nothing needs to change.</param>
    /// <param name="cancellationToken">Stops before the change is written, never in the midst of it.</param>
    /// <exception cref="ProblemException">
    /// There is no such group, the caller has not seen this version, or others were faster again and again.
    /// </exception>
    public async Task<GroupRecord> ChangeAsync(
        AccountId account, string idOrName, IfMatch ifMatch, Func<GroupRecord, GroupChange?> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ifMatch);
        ArgumentNullException.ThrowIfNull(change);
        for (var attempt = 1; ; attempt++)
        {
            var record = await _finder.GetAsync(account, idOrName, cancellationToken);
            ifMatch.Check(record.Group);
            if (change(record) is not { } changed)
            {
                return record;
            }

            try
            {
                // Not to be cancelled: a caller who hangs up between the write and the wake-up would leave a change that
                // nobody acts on until the next tick.
                await (changed.Member is { } member
                    ? _store.UpdateGroupAsync(changed.Group, changed.Activity, member, CancellationToken.None)
                    : changed.Notes.IsEmpty
                        ? _store.UpdateGroupAsync(changed.Group, changed.Activity, CancellationToken.None)
                        : _store.UpdateGroupAsync(changed.Group, changed.Activity, changed.Notes, CancellationToken.None));
            }
            catch (StoreException error) when (error.Kind is StoreErrorKind.Stale)
            {
                if (ifMatch.IsGiven)
                {
                    throw IfMatch.Stale((await _finder.GetAsync(account, record.Group.Id.ToString(), cancellationToken)).Group);
                }

                if (attempt < AttemptsMax)
                {
                    continue;
                }

                throw new ProblemException(
                    ProblemKinds.Conflict, $"group '{record.Group.Name}' was changed by others {AttemptsMax} times meanwhile");
            }
            catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
            {
                // Archived since it was read: the next turn sees it and says so. Else it is the template that is gone.
                var now = (await _finder.GetAsync(account, record.Group.Id.ToString(), cancellationToken)).Group;
                if (now.Phase is not GroupPhase.Archived || record.Group.Phase is GroupPhase.Archived)
                {
                    throw;
                }

                idOrName = now.Id.ToString();
                continue;
            }
            catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
            {
                throw DuplicateName(changed.Group);
            }

            Tell(changed.Activity);
            return await _finder.GetAsync(account, changed.Group.Id.ToString(), CancellationToken.None);
        }
    }

    /// <summary>Wakes the pulse and the followers after a change was written.</summary>
    public void Tell(Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        _pulse.WakeChanged(activity.Group, activity.Account);
        _feed.Announce();
    }

    internal static ProblemException DuplicateName(Group group) => ProblemException.DuplicateName("group", group.Name);

    /// <summary>Refuses what only a living, or only an active group takes.</summary>
    internal static void CheckPhase(Group group, bool mayDrain)
    {
        if (group.Phase is GroupPhase.Archived)
        {
            throw new ProblemException(ProblemKinds.GroupArchived, $"group '{group.Name}' was archived at {group.ArchivedAt:u}");
        }

        if (group.Phase is GroupPhase.Draining && !mayDrain)
        {
            throw new ProblemException(ProblemKinds.GroupDraining, $"group '{group.Name}' is being deleted");
        }
    }
}
