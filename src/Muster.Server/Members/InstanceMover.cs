using System.Collections.Immutable;

using Muster.Api.Instances;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Groups;
using Muster.Server.Instances;
using Muster.Server.Options;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Members;

/// <summary>
/// Takes machines into groups and lets instances go, alive, as people ask. What breaks off, <see cref="MoveKeeper"/> ends.
/// </summary>
/// <param name="store">Where it is noted.</param>
/// <param name="clouds">The clouds.</param>
/// <param name="finder">Finds instances.</param>
/// <param name="groups">Finds groups.</param>
/// <param name="editor">Changes them, and tells.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">Where ids come from.</param>
/// <param name="options">The installation's bounds.</param>
internal sealed class InstanceMover(
    IStore store, ICloudDirectory clouds, InstanceFinder finder, GroupFinder groups, GroupEditor editor, TimeProvider timeProvider,
    IRandomSource random, ServerOptions options)
{
    /// <summary>Lets an instance go: from then on it is nobody's, and runs on.</summary>
    public async Task<InstanceView> DetachAsync(
        Caller caller, string id, string? cloud, bool keepsCapacity, string? reason, CancellationToken cancellationToken)
    {
        var found = await finder.GetAsync(caller.Account, id, cloud, cancellationToken);
        var (record, standing) = (found.Record, found.Standing);
        GroupEditor.CheckPhase(record.Group, mayDrain: false);
        var retagging = NeedRetagging(record.Group, found.Cloud);
        if (standing.Note?.DetachedFor is null)
        {
            RefuseUnlessSettled(record, standing);
            var origin = new ChangeOrigin(caller.Author, timeProvider.GetUtcNow(), reason);
            var detach = MemberChanges.Detach(
                record.Group, found.Cloud, standing.Instance, standing.Note?.IsProtected is true, origin, NewActivity());

            // One on standby holds no place that could go.
            await (keepsCapacity || standing.IsStandby
                ? NoteAsync(record.Group, standing.Instance, [detach.Change], detach)
                : ShrinkAsync(caller, found, detach, origin));
        }

        var message = await UnmarkAsync(retagging, record.Group, found.Cloud, standing.Instance)
            + (standing.Note?.IsProtected is true ? "; its protection here ended with that" : "");
        return View(found with { Standing = standing with { Phase = InstancePhase.Detaching } }, message);
    }

    /// <summary>Takes a machine in that its cloud has and that carries nobody's mark.</summary>
    public async Task<InstanceView> AttachAsync(
        Caller caller, string id, string? cloud, InstanceAttachInput input, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(input.Group))
        {
            throw new InputException("group", input.Group, "the group that takes it in, by id or name");
        }

        var record = await groups.GetAsync(caller.Account, input.Group, cancellationToken);
        GroupEditor.CheckPhase(record.Group, mayDrain: false);
        var home = CloudOf(record, cloud);
        var retagging = NeedRetagging(record.Group, home);
        RefuseUnlessOwn(caller, home);
        var seen = await retagging.FindAsync(new(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)), cancellationToken)
            ?? throw new ProblemException(ProblemKinds.MachineNotFound, $"cloud '{home}' has no machine '{id}'");
        var origin = new ChangeOrigin(caller.Author, timeProvider.GetUtcNow(), input.Reason);
        var note = record.Notes.FirstOrDefault(one => one.Cloud == home && one.Instance == seen.Id);
        if (seen.IsOwnedBy(store.Installation, record.Group.Id) && note?.AttachingFor is null)
        {
            throw Refused(note?.DetachedFor is null
                ? $"instance '{seen.Name}' belongs to group '{record.Group.Name}' already"
                : $"instance '{seen.Name}' is being detached from group '{record.Group.Name}': attach it once its tags are off");
        }

        var tags = InstanceMoves.TagsOf(store.Installation, record.Group, PlaceOf(record, home, seen));
        if (note?.AttachingFor is null)
        {
            RefuseUnlessFit(record, seen);
            var attach = MemberChanges.Attach(record.Group, home, seen, origin, NewActivity());

            // What was said of it when it was here before is of another time.
            await NoteAsync(record.Group, seen, [new(home, seen.Id) { IsGone = true }, attach.Change], attach);
        }

        if (await MarkAsync(retagging, record.Group, home, seen, tags, isFirst: note?.AttachingFor is null) is { } doubt)
        {
            return View(record, home, seen, doubt);
        }

        try
        {
            await editor.ChangeAsync(
                caller.Account, record.Group.Id.ToString(), IfMatch.None,
                now => InstanceMoves.Attached(now, home, seen, origin, options.CapacityLimit, NewActivity()), cancellationToken);
        }
        catch (InputException error)
        {
            // Somebody raised it to its max since: it is nobody's again, and until its tags are off it neither counts nor ends.
            await NoteAsync(
                record.Group, seen, [new(home, seen.Id) { IsAttached = true, DetachedFor = "the group is at its max" }], change: null);
            await UnmarkAsync(retagging, record.Group, home, seen);
            throw Full(record.Group, error);
        }

        var there = await finder.FindAsync(
            caller.Account, new(record.Group.Id, home, seen.Id, seen.Name, Launch: null), CancellationToken.None);
        var level = record.Group.Capacity.Desired + 1;
        return there is null
            ? View(record, home, seen, $"it belongs to group '{record.Group.Name}' now; its cloud does not list it so yet")
            : View(there, $"it belongs to group '{record.Group.Name}' now, whose capacity is {level}");
    }

    private async Task ShrinkAsync(Caller caller, FoundInstance found, MemberChange detach, ChangeOrigin origin)
    {
        try
        {
            await editor.ChangeAsync(
                caller.Account, found.Record.Group.Id.ToString(), IfMatch.None,
                record => InstanceMoves.Detached(
                    record, detach, found.Cloud, found.Standing.Instance, origin, options.CapacityLimit),
                CancellationToken.None);
        }
        catch (InputException error) when (error.Errors.Any(one => one.Field == InstanceMoves.Uncounted))
        {
            throw Attaching(found.Standing.Instance);
        }
        catch (InputException error) when (error.Errors.Any(one => one.Field == "instance"))
        {
            throw Leaving(found.Standing.Instance);
        }
        catch (InputException error) when (error.Errors.Any(one => one.Field == "desired"))
        {
            throw Refused(
                $"group '{found.Record.Group.Name}' is at its min of {found.Record.Group.Capacity.Min}: lower that, or keep the capacity, "
                + "and another is launched in its place");
        }
    }

    /// <summary>Takes the tags off, and says what came of it. What fails is tried again as long as the instance is listed.</summary>
    private async Task<string> UnmarkAsync(IRetaggingCloud retagging, Group group, string cloud, Instance instance)
    {
        try
        {
            await retagging.UnmarkAsync(store.Installation, group.Id, instance.Id, CancellationToken.None);
            return $"its tags are off: it is nobody's now, and runs on at cloud '{cloud}'";
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.NotFound)
        {
            return $"it is gone from cloud '{cloud}'";
        }
        catch (CloudException error)
        {
            return $"it does not count any more, and its tags come off as soon as cloud '{cloud}' lets them: {error.Message}";
        }
    }

    /// <summary>Puts the tags on. Returns what to say where nobody knows whether they are.</summary>
    /// <exception cref="ProblemException">
    /// They are not, and what was written down for it is taken back; or they may be, and come off again.
    /// </exception>
    private async Task<string?> MarkAsync(
        IRetaggingCloud retagging, Group group, string cloud, Instance instance, ImmutableSortedDictionary<string, string> tags,
        bool isFirst)
    {
        try
        {
            await retagging.MarkAsync(instance.Id, tags, CancellationToken.None);
            return null;
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Ambiguous)
        {
            return $"nobody knows whether its tags are on: it counts as soon as cloud '{cloud}' lists it with them; repeat this to be "
                + $"sure: {error.Message}";
        }
        catch (CloudException error)
        {
            // A refusal of the first try alone says that no tag is on. With tags and without a note it would count, and be one too many.
            var isBare = isFirst && error.Kind is CloudErrorKind.InvalidRequest or CloudErrorKind.NotFound;
            await NoteAsync(
                group, instance,
                [
                    isBare
                        ? new(cloud, instance.Id) { IsGone = true }
                        : new(cloud, instance.Id) { IsAttached = true, DetachedFor = "it could not be attached" },
                ],
                change: null);
            switch (error.Kind)
            {
                case CloudErrorKind.InvalidRequest:
                    throw Refused(error.Message);
                case CloudErrorKind.NotFound:
                    throw new ProblemException(ProblemKinds.MachineNotFound, $"cloud '{cloud}': {error.Message}");
                default:
                    throw;
            }
        }
    }

    /// <remarks>Not to be cancelled: what was noted must be acted upon, and told.</remarks>
    private async Task NoteAsync(Group group, Instance instance, ImmutableArray<NoteChange> notes, MemberChange? change)
    {
        try
        {
            await store.NoteAsync(group.Id, notes, change?.Activity, CancellationToken.None);
        }
        catch (InputException)
        {
            throw Leaving(instance);
        }

        if (change is not null)
        {
            editor.Tell(change.Activity);
        }
    }

    private IRetaggingCloud NeedRetagging(Group group, string cloud) =>
        InstanceMoves.RetaggingOf(clouds, group, cloud) ?? throw new ProblemException(
            ProblemKinds.CloudCannot,
            $"cloud '{cloud}' cannot change the tags of an instance that exists: nothing is attached to a group or detached from it there");

    private static string CloudOf(GroupRecord record, string? cloud) =>
        cloud is null
            ? record.Clouds is [var only] ? only
                : throw new InputException("cloud", null, $"one of the group's clouds: {string.Join(", ", record.Clouds)}")
            : record.Clouds.Contains(cloud) ? cloud
            : throw new InputException("cloud", cloud, $"one of the group's clouds: {string.Join(", ", record.Clouds)}");

    /// <summary>As with reading machines: what a shared credential sees may be anybody's.</summary>
    private void RefuseUnlessOwn(Caller caller, string cloud)
    {
        if (clouds.Find(caller.Account, cloud)?.Account != caller.Account && caller.Scope is not TokenScope.Installation)
        {
            throw new ProblemException(
                ProblemKinds.Forbidden,
                $"cloud '{cloud}' is shared by several accounts, and its machines may be anybody's: this needs a token whose scope is the "
                + "installation");
        }
    }

    private static Placement PlaceOf(GroupRecord record, string cloud, Instance instance) =>
        record.Placements.FirstOrDefault(placement => placement.Cloud == cloud
            && (placement.Zone is null || instance.Zone is null || placement.Zone == instance.Zone)
            && record.Group.Evacuations.Of(placement.Name) is null)
        ?? throw Refused(
            $"no placement of group '{record.Group.Name}' takes what is on cloud '{cloud}'"
            + (instance.Zone is { } zone ? $" in zone '{zone}'" : ""));

    private void RefuseUnlessFit(GroupRecord record, Instance instance)
    {
        if (instance.Tags.ContainsKey(MusterTags.Installation) || instance.Tags.ContainsKey(MusterTags.Group))
        {
            throw Refused($"instance '{instance.Name}' belongs to another group, account or installation: detach it there first");
        }

        if (instance.State is not InstanceState.Running || instance.IsLeaving(timeProvider.GetUtcNow()))
        {
            throw Refused(
                $"instance '{instance.Name}' does not run, or its cloud will take it back: only one that runs can be attached, since "
                + "another would be replaced at once");
        }

        var capacity = record.Group.Capacity;
        if (capacity.Desired + 1 > capacity.Max)
        {
            throw Full(record.Group, error: null);
        }
    }

    private static void RefuseUnlessSettled(GroupRecord record, InstanceStanding standing)
    {
        var name = standing.Instance.Name;
        if (standing.Phase is not (InstancePhase.InService or InstancePhase.OutOfService or InstancePhase.Standby or InstancePhase.Dead
            or InstancePhase.Unknown))
        {
            throw standing.Phase is InstancePhase.Terminating or InstancePhase.Draining ? Leaving(standing.Instance)
                : standing.IsPooled ? Refused($"instance '{name}' is in the warm pool: only one that is in service can be detached")
                : standing.Phase is InstancePhase.Attaching ? Attaching(standing.Instance)
                : Refused($"instance '{name}' is not in service yet: detach it once it is, or terminate it");
        }

        if (standing.Instance.Read<LaunchId>(MusterTags.Launch) is { } launch && record.OpenLaunches.Any(open => open.Id == launch))
        {
            throw Refused(
                $"instance '{name}' was launched a moment ago, and its launch is not over yet: detach it in a minute or two");
        }
    }

    private static ProblemException Full(Group group, Exception? error) => new(
        ProblemKinds.InstanceRefused,
        $"group '{group.Name}' is at its max of {group.Capacity.Max}: raise that first, or detach another"
        + (error is null ? "" : "; nothing was changed"));

    private static ProblemException Attaching(Instance instance) =>
        Refused($"instance '{instance.Name}' is on its way into the group and does not count yet: detach it once it does");

    private static ProblemException Leaving(Instance instance) => Refused($"instance '{instance.Name}' is on its way out already");

    private static ProblemException Refused(string sentence) => new(ProblemKinds.InstanceRefused, sentence);

    private InstanceView View(FoundInstance found, string message) =>
        InstanceViews.View(found.Record, found.Cloud, found.Standing, timeProvider.GetUtcNow()) with { Message = message };

    private InstanceView View(GroupRecord record, string cloud, Instance instance, string message) =>
        InstanceViews.View(
            record, cloud, new(instance, InstancePhase.Attaching, Core.Health.Verdict.Unknown, Note: null, instance.StateDetail),
            timeProvider.GetUtcNow()) with { Message = message };

    private ActivityId NewActivity() => new(random.NextId());
}
