using System.Collections.Immutable;

using Muster.Api.Instances;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Groups;
using Muster.Server.Instances;
using Muster.Server.Options;
using Muster.Server.Problems;
using Muster.Server.Reporting;
using Muster.Server.Requests;

namespace Muster.Server.Members;

/// <summary>Does what people ask of single instances. Each is said once, however often it is asked.</summary>
/// <param name="store">Where it is noted.</param>
/// <param name="finder">Finds instances.</param>
/// <param name="groups">Changes groups that shrink, and tells.</param>
/// <param name="pulse">Is woken by reports.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">Where ids come from.</param>
/// <param name="options">The installation's bounds.</param>
internal sealed class InstanceEditor(
    IMemberStore store, InstanceFinder finder, GroupEditor groups, IPulse pulse, TimeProvider timeProvider, IRandomSource random,
    ServerOptions options)
{
    /// <summary>What an instance calls itself.</summary>
    public const string Self = "self";

    /// <summary>Protects it, or ends that.</summary>
    public Task<InstanceView> ProtectAsync(
        Caller caller, string id, string? cloud, bool isProtected, string? reason, CancellationToken cancellationToken) =>
        ActAsync(caller, id, cloud, mayDrain: true, found =>
        {
            if (found.Standing.Note?.IsProtected is true == isProtected)
            {
                return (null, found.Standing.Instance.IsProtected && !isProtected
                    ? "its cloud still refuses to end it: somebody there must lift that"
                    : null);
            }

            return (MemberChanges.Protect(
                found.Record.Group, found.Cloud, found.Standing.Instance, isProtected, Origin(caller, reason), NewActivity()),
                isProtected ? "no check ends it until it is unprotected"
                : found.Standing.Instance.IsProtected ? "its cloud still refuses to end it: somebody there must lift that"
                : "it may end like any other");
        }, cancellationToken);

    /// <summary>Takes it out of the count and leaves it alone, or has it count again.</summary>
    public Task<InstanceView> StandbyAsync(
        Caller caller, string id, string? cloud, bool isStandby, string? reason, CancellationToken cancellationToken) =>
        ActAsync(caller, id, cloud, mayDrain: false, found =>
        {
            var (record, standing) = (found.Record, found.Standing);
            RefuseMoving(standing);
            if (standing.IsStandby == isStandby)
            {
                return (null, null);
            }

            if (isStandby && standing.IsPooled)
            {
                throw Refused(
                    $"instance '{standing.Instance.Name}' is in the warm pool and does not count: protect it, if it is to stay");
            }

            if (isStandby && standing.Phase is InstancePhase.Terminating)
            {
                throw Refused($"instance '{standing.Instance.Name}' is on its way out: it cannot be put on standby");
            }

            var level = record.SettleAt(timeProvider.GetUtcNow()).Desired;
            var change = MemberChanges.Standby(
                record.Group, found.Cloud, standing.Instance, isStandby, Origin(caller, reason), NewActivity());
            return (change, isStandby
                ? standing.Phase is InstancePhase.Dead
                    ? "it is left alone as it is"
                    : $"it does not count: another is launched in its place unless the level of {level} is lowered"
                : $"it counts again: where that is more than the level of {level}, one ends by the group's scale-in order");
        }, cancellationToken);

    /// <summary>Has another take its place.</summary>
    public Task<InstanceView> ReplaceAsync(
        Caller caller, string id, string? cloud, string? reason, CancellationToken cancellationToken) =>
        ActAsync(caller, id, cloud, mayDrain: false, found =>
        {
            var (group, standing) = (found.Record.Group, found.Standing);
            if (IsToBeReplaced(standing))
            {
                return (null, null);
            }

            RefuseMoving(standing);
            RefuseProtected(standing, "replaced");
            if (standing.IsPooled)
            {
                throw Refused(
                    $"instance '{standing.Instance.Name}' is in the warm pool: terminate it, and another takes its place there");
            }

            if (group.Repair.Mode is not RepairMode.Replace)
            {
                throw Refused(
                    $"group '{group.Name}' replaces nobody, since its repair is {RepairRules.Word(group.Repair.Mode)}: set repair to "
                    + "replace, or terminate the instance, and another is launched in its place");
            }

            if (standing.IsStandby)
            {
                throw Refused($"instance '{standing.Instance.Name}' is on standby and holds no place: return it first, or terminate it");
            }

            return (
                MemberChanges.Replace(group, found.Cloud, standing.Instance, Origin(caller, reason), NewActivity()),
                group.Repair.Order is ReplaceOrder.LaunchFirst
                    ? "another is launched, and this one ends when that is in service"
                    : "it ends, and another is launched in its place");
        }, cancellationToken);

    /// <summary>Takes back that it is to end, for as long as it is there.</summary>
    public async Task<InstanceView> KeepAsync(
        Caller caller, string id, string? cloud, string? reason, CancellationToken cancellationToken)
    {
        var kept = await ActAsync(caller, id, cloud, mayDrain: false, found =>
        {
            var standing = found.Standing;
            if (standing.Phase is InstancePhase.Terminating)
            {
                throw Refused($"instance '{standing.Instance.Name}' is on its way out already");
            }

            if (standing.Note?.UnwantedFor is not null)
            {
                throw Refused($"somebody has terminated instance '{standing.Instance.Name}', and nobody takes that back");
            }

            return IsToBeReplaced(standing) || standing.Phase is InstancePhase.Draining
                ? (MemberChanges.Keep(found.Record.Group, found.Cloud, standing.Instance, Origin(caller, reason), NewActivity()),
                    "it stays: where there is one too many, others end first"
                    + (IsFoundSick(standing, timeProvider.GetUtcNow())
                        ? "; it is unhealthy, and is replaced for that unless somebody protects it" : ""))
                : (null, "nobody wants it gone");
        }, cancellationToken);

        // A check may have written down its end in the moment before the word was kept.
        return kept.Phase == InstanceViews.Word(InstancePhase.Terminating)
            ? kept with { Message = "it was on its way out already: its end could not be taken back" }
            : kept;
    }

    /// <summary>Has it ended, and perhaps the group shrink with it.</summary>
    public async Task<InstanceView> TerminateAsync(
        Caller caller, string id, string? cloud, bool shrinks, string? reason, CancellationToken cancellationToken)
    {
        var found = await finder.GetAsync(caller.Account, id, cloud, cancellationToken);
        GroupEditor.CheckPhase(found.Record.Group, mayDrain: false);
        var (group, standing) = (found.Record.Group, found.Standing);
        if (standing.Note?.UnwantedFor is not null || standing.Phase is InstancePhase.Terminating)
        {
            return View(found, "it is on its way out already");
        }

        RefuseMoving(standing);
        RefuseProtected(standing, "terminated");
        if (shrinks && (standing.IsStandby || standing.IsPooled))
        {
            throw new InputException(
                "shrink",
                "true",
                $"false for an instance {(standing.IsStandby ? "on standby" : "of the warm pool")}: it does not count, and the level is "
                + "kept by others");
        }

        var origin = Origin(caller, reason);
        var change = MemberChanges.Terminate(group, found.Cloud, standing.Instance, origin, NewActivity());
        var level = (int?)null;
        if (shrinks)
        {
            // One write: a group that may not shrink keeps the instance as well, and the level never goes down without it.
            var shrunk = await groups.ChangeAsync(
                caller.Account, group.Id.ToString(), IfMatch.None,
                record =>
                {
                    GroupEditor.CheckPhase(record.Group, mayDrain: false);
                    return IsUnwanted(record, found) ? null : GroupChanges.SetCapacity(
                        record.Group,
                        new()
                        {
                            Desired = record.Group.Capacity.Desired - 1,
                            Origin = origin with { Reason = Shrinking(standing, reason) },
                        },
                        options.CapacityLimit, NewActivity()) with { Member = change };
                },
                cancellationToken);
            level = shrunk.SettleAt(timeProvider.GetUtcNow()).Desired;
        }
        else
        {
            await NoteAsync(found, change);
        }

        return View(
            await finder.FindAsync(caller.Account, HomeOf(found), CancellationToken.None) ?? found,
            level is { } left ? $"it ends, and the level is {left} now"
            : standing.IsStandby ? "it ends"
            : standing.IsPooled ? "it ends, and another takes its place in the pool"
            : "it ends, and another is launched in its place");
    }

    /// <summary>Keeps what somebody says of its health.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="reporter">The instance that speaks for itself; null for anybody else.</param>
    /// <param name="id">Of which; <see cref="Self"/> is the one that speaks.</param>
    /// <param name="cloud">On which cloud; null for any.</param>
    /// <param name="input">What is said.</param>
    /// <param name="cancellationToken">Stops looking for it.</param>
    public async Task<FindingsView> ReportAsync(
        Caller caller, Reporter? reporter, string id, string? cloud, HealthReportInput input, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var home = reporter is null ? null : await FindSelfAsync(reporter, id, cloud, cancellationToken);
        var finding = Reports.Read(
            input.Verdict, input.Source, input.Detail, input.TtlS, input.Load, now, ofItself: reporter is not null);
        home ??= await finder.GetHomeAsync(caller.Account, id, cloud, takesNames: false, cancellationToken);
        ImmutableArray<MemberNote> notes;
        try
        {
            notes = await store.NoteAsync(
                home.Group, [new(home.Cloud, home.Id) { Finding = finding, SaidAt = now }], activity: null, CancellationToken.None);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            throw InstanceFinder.NotFound(id);
        }

        ImmutableArray<Finding> findings =
            notes.FirstOrDefault(note => note.Cloud == home.Cloud && note.Instance == home.Id)?.Findings ?? [];

        // Said again it is no news: a heartbeat wakes nobody.
        if (findings.Any(one => one.Source == finding.Source && one.Since == finding.Since))
        {
            pulse.Wake(home.Group);
        }

        return new() { Id = home.Id.Value, Findings = [.. findings.Select(one => InstanceViews.View(one, now))] };
    }

    /// <summary>Tells a hook that an instance waits for what is to become of it; the drain is told in the same way.</summary>
    public async Task<InstanceView> AnswerAsync(
        Caller caller, string id, string? cloud, string hook, HookAnswerInput input, CancellationToken cancellationToken)
    {
        _ = HookAnswers.Read(hook, input.Result, input.ForS, input.Reason, timeProvider.GetUtcNow());
        var found = await finder.GetAsync(caller.Account, id, cloud, cancellationToken);
        GroupEditor.CheckPhase(found.Record.Group, mayDrain: true);

        // After the look, which may be slow: a word counts from when it can be written down, and more time from then on.
        var origin = Origin(caller, input.Reason);
        var word = HookAnswers.Read(hook, input.Result, input.ForS, input.Reason, origin.At);
        var (group, standing) = (found.Record.Group, found.Standing);
        HookTalk.RefuseUnknown(group, hook);
        var gate = standing.Gates.All.FirstOrDefault(one => one.Name == hook);
        if (HookTalk.WasSaid(standing, gate, word))
        {
            return View(found, HookTalk.Follows(group, standing, word));
        }

        if (gate is null && !HookTalk.MayComeYet(group, standing, hook))
        {
            throw HookTalk.NotWaiting(standing, hook);
        }

        var change = MemberChanges.Answer(
            group, found.Cloud, standing.Instance, hook, word.Answer, word.Until, origin, NewActivity());
        try
        {
            await NoteAsync(found, change);
        }
        catch (GateException error)
        {
            throw HookTalk.Refused(group, standing, gate, error);
        }

        var after = await finder.FindAsync(caller.Account, HomeOf(found), CancellationToken.None) ?? found;
        return View(after, HookTalk.Follows(group, after.Standing, word));
    }

    /// <summary>The instance that speaks, and no other.</summary>
    /// <exception cref="ProblemException">It is gone, its token with it; or another is meant, which is as if there were none.</exception>
    private async Task<InstanceHome> FindSelfAsync(Reporter reporter, string id, string? cloud, CancellationToken cancellationToken)
    {
        var self = await finder.FindHomeAsync(reporter.Record, reporter.Launch, cancellationToken) ?? throw ReportCallers.Unknown();
        return (id == Self || id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) == self.Id.Value)
            && (cloud is null || cloud == self.Cloud)
            ? self
            : throw InstanceFinder.NotFound(id);
    }

    private async Task<InstanceView> ActAsync(
        Caller caller, string id, string? cloud, bool mayDrain, Func<FoundInstance, (MemberChange? Change, string? Message)> act,
        CancellationToken cancellationToken)
    {
        var found = await finder.GetAsync(caller.Account, id, cloud, cancellationToken);
        GroupEditor.CheckPhase(found.Record.Group, mayDrain);
        var (change, message) = act(found);
        if (change is null)
        {
            return View(found, message);
        }

        await NoteAsync(found, change);
        return View(await finder.FindAsync(caller.Account, HomeOf(found), CancellationToken.None) ?? found, message);
    }

    /// <remarks>Not to be cancelled: what was noted must be acted upon, and told.</remarks>
    private async Task NoteAsync(FoundInstance found, MemberChange change)
    {
        try
        {
            await store.NoteAsync(found.Record.Group.Id, [change.Change], change.Activity, CancellationToken.None);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            throw InstanceFinder.NotFound(found.Standing.Instance.Id.Value);
        }
        catch (InputException) when (change.Change is { IsProtected: true } or { IsStandby: true })
        {
            // Checked in the same breath as a check writes down whom it ends: one of the two comes first.
            throw Refused($"instance '{found.Standing.Instance.Name}' is on its way out already");
        }

        groups.Tell(change.Activity);
    }

    private InstanceView View(FoundInstance found, string? message) =>
        InstanceViews.View(found.Record, found.Cloud, found.Standing, timeProvider.GetUtcNow()) with { Message = message };

    private static InstanceHome HomeOf(FoundInstance found) =>
        new(
        found.Record.Group.Id, found.Cloud, found.Standing.Instance.Id, found.Standing.Instance.Name,
        found.Standing.Instance.Read<LaunchId>(MusterTags.Launch));

    private static void RefuseProtected(InstanceStanding standing, string what)
    {
        if (standing.IsProtected)
        {
            throw new ProblemException(
                ProblemKinds.InstanceProtected,
                standing.Note?.IsProtected is true
                    ? $"instance '{standing.Instance.Name}' is protected: unprotect it before it is {what}"
                    : $"instance '{standing.Instance.Name}' is protected by its cloud: somebody there must lift that before it is {what}");
        }
    }

    private static void RefuseMoving(InstanceStanding standing)
    {
        if (standing.Note is { IsMoving: true } note)
        {
            throw Refused(note.DetachedFor is not null
                ? $"instance '{standing.Instance.Name}' is being detached: it is nobody's as soon as its tags are off"
                : $"instance '{standing.Instance.Name}' is being attached: wait until it counts");
        }
    }

    private static ProblemException Refused(string sentence) => new(ProblemKinds.InstanceRefused, sentence);

    private static bool IsToBeReplaced(InstanceStanding standing) =>
        standing.Findings.Any(finding => finding is { Source: Reports.Person, Verdict: Verdict.Unhealthy });

    private static bool IsFoundSick(InstanceStanding standing, DateTimeOffset now) =>
        standing.Findings.Any(finding => finding.Source != Reports.Person && finding.At(now) is Verdict.Unhealthy);

    private static bool IsUnwanted(GroupRecord record, FoundInstance found) => record.Notes.Any(note =>
        note.Cloud == found.Cloud && note.Instance == found.Standing.Instance.Id && note.UnwantedFor is not null);

    private static string Shrinking(InstanceStanding standing, string? reason) =>
        $"with {standing.Instance.Name}{(string.IsNullOrWhiteSpace(reason) ? "" : $": {reason.Trim()}")}";

    private ChangeOrigin Origin(Caller caller, string? reason) => new(caller.Author, timeProvider.GetUtcNow(), reason);

    private ActivityId NewActivity() => new(random.NextId());
}
