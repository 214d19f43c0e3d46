using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Tells the instances of a group with a health check that run already, and are not in service yet: to the group they are on their way up
/// until they are healthy and past their grace. Pure.
/// </summary>
/// <remarks>
/// Only an instance whose launch is open can be such a one, or one that was started from the warm pool. What was there before the health
/// check was, or was taken over, is in service until somebody is sure that it does not work: a wrong port in a new health check must not
/// empty a group. That an instance failed to boot takes a source that is sure of it; a probe that nobody makes kills nobody.
/// </remarks>
/// <param name="Owned">The group's instances, as they are to be counted.</param>
/// <param name="Over">Those that have failed to boot.</param>
/// <param name="Sick">
/// Those that were in service and somebody is sure do not work: their launches are not proven, and who ends as such died young. One on
/// its way up is merely not healthy yet, and its end proves nothing: it may be one too many, since whom it was to replace works again.
/// </param>
internal sealed record HealthReading(
    ImmutableArray<Instance> Owned, ImmutableHashSet<InstanceId> Over, ImmutableHashSet<InstanceId> Sick)
{
    /// <param name="record">The group, with the open launches and notes of this part.</param>
    /// <param name="cloud">The part's cloud.</param>
    /// <param name="hooks">The same, as hooks hold them: one that they hold is not asked yet whether it works.</param>
    /// <param name="now">The check's instant.</param>
    public static HealthReading Read(GroupRecord record, string cloud, HookReading hooks, DateTimeOffset now)
    {
        var (owned, over) = (hooks.Owned, hooks.Over);
        var isAnyStarting = record.State.Members.Any(member => member.Phase is MemberPhase.Starting);
        if (record.OpenLaunches.IsEmpty && !isAnyStarting)
        {
            return new(owned, over, []);
        }

        var said = record.Notes.RemoveAll(note => note.Cloud != cloud);
        if (record.Group.Health is not { } health)
        {
            // Without a health check they are in service at once, and what a load balancer finds of them counts from then on.
            return new(owned, over, SickOf(said, now, mustHaveServed: false));
        }

        var launches = record.OpenLaunches.ToDictionary(launch => launch.Id);
        var notes = Roster.Of(record.State.Members, said);
        var read = ImmutableArray.CreateBuilder<Instance>(owned.Length);
        foreach (var instance in owned)
        {
            var note = notes.NoteOf(instance.Id);
            var after = (instance.State, notes.Find(instance.Id)) switch
            {
                (not InstanceState.Running, _) => instance,

                // Of one that drains nobody asks any more whether it comes up: it was taken out of traffic, and is silent by that.
                (_, { Phase: MemberPhase.Draining }) => instance,

                // What was found before it rested says nothing, nor that it had served then.
                (_, { Phase: MemberPhase.Starting, Since: var at }) =>
                    Of(instance, health, Since(note, at, health, now), note?.ServedAt >= at, now - at, now - at, now),
                _ when instance.Read<LaunchId>(MusterTags.Launch) is { } id && launches.GetValueOrDefault(id) is { } launch => Of(
                    instance, health, note, note?.ServedAt is not null, now - launch.CreatedAt,
                    now - (hooks.PassedAt(instance.Id) ?? launch.CreatedAt), now),
                _ => instance,
            };
            over = after.State is InstanceState.Failed ? over.Add(after.Id) : over;
            read.Add(after);
        }

        return new(
            read.MoveToImmutable(),
            over,
            SickOf(said, now, mustHaveServed: true));
    }

    private static ImmutableHashSet<InstanceId> SickOf(ImmutableArray<MemberNote> said, DateTimeOffset now, bool mustHaveServed) =>
    [
        .. said
            .Where(note => (note.ServedAt is not null || !mustHaveServed) && Judge.Of(note.Findings, now) is Verdict.Unhealthy)
            .Select(note => note.Instance),
    ];

    /// <remarks>What hooks held is not late for the time that they took.</remarks>
    private static Instance Of(
        Instance instance, HealthCheck health, MemberNote? note, bool hasServed, TimeSpan age, TimeSpan free, DateTimeOffset now)
    {
        var findings = note?.Findings ?? [];
        var verdict = Judge.Of(findings, now);
        if (age < health.Grace)
        {
            return Rising(instance, "in its grace");
        }

        if (verdict is Verdict.Healthy || hasServed)
        {
            return instance;
        }

        var why = findings.FirstOrDefault(finding => finding.At(now) == verdict) is { Detail.Length: > 0 } said
            ? $" ({said.Source}: {said.Detail})"
            : "";
        return verdict is Verdict.Unhealthy && free >= health.BootTimeout
            ? Failed(instance, $"was not healthy within {DurationText.Format(health.BootTimeout)}{why}")
            : Rising(instance, $"not healthy yet{why}");
    }

    /// <summary>What was found since then; all of it where nothing was found anew in the time that a boot may take.</summary>
    private static MemberNote? Since(MemberNote? note, DateTimeOffset at, HealthCheck health, DateTimeOffset now) =>
        note is null || now - at >= health.BootTimeout ? note
        : note with { Findings = note.Findings.RemoveAll(finding => finding.Since < at) };

    private static Instance Rising(Instance instance, string detail) => instance with
    {
        State = InstanceState.Provisioning,
        StateDetail = string.Create(CultureInfo.InvariantCulture, $"running, {detail}"),
    };

    private static Instance Failed(Instance instance, string detail) => instance with
    {
        State = InstanceState.Failed, StateDetail = detail, IsGivenUp = true,
    };
}
