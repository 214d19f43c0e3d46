using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Health.Probes;

namespace Muster.Health.Keeping;

/// <summary>
/// Concludes from looks who is to be probed, and what is said of whom no more. Called under the keeper's gate; does no I/O.
/// </summary>
/// <param name="begin">Has an instance probed.</param>
/// <param name="end">Has an instance probed no more.</param>
/// <param name="pend">Has something written.</param>
internal sealed class SightingReader(Action<KeptInstance> begin, Action<KeptInstance> end, Action<KeptGroup, NoteChange> pend)
{
    // So long after the last whole look a group is somebody else's.
    private static readonly TimeSpan PatienceMin = TimeSpan.FromMinutes(3);
    private const int PatienceIntervals = 3;

    /// <summary>How long a call that tags an instance may be under way: after that it will not show.</summary>
    private static readonly TimeSpan AttachingMax = TimeSpan.FromMinutes(10);

    // New ones are probed at once and not at their place in the interval, but no more of them than this stream takes.
    private static readonly TimeSpan FirstEvery = TimeSpan.FromMilliseconds(1);

    private TimeSpan _firstAt;

    /// <summary>Takes a look in.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="sighting">What was told.</param>
    /// <param name="now">The loop's instant.</param>
    /// <param name="utc">The same by the store's clock.</param>
    public void Read(KeptGroup group, Sighting sighting, TimeSpan now, DateTimeOffset utc)
    {
        var (wanted, record) = (sighting.Record.Group, sighting.Record);
        (group.Name, group.Account, group.SeenAt) = (wanted.Name, wanted.Account, now);
        group.Patience = Longer(wanted.Interval * PatienceIntervals, PatienceMin);
        var check = wanted is { Phase: GroupPhase.Active, Health.Kind: not ProbeKind.Report } ? wanted.Health : null;
        if (group.Plan?.Check != check)
        {
            // Another check: what was found by the old one stands until the new one says otherwise, and nothing of it counts in a row.
            End(group);
            group.Plan = check is null ? null : new(check);
        }

        var clouds = record.Clouds;
        foreach (var cloud in group.Parts.Keys.Where(cloud => !clouds.Contains(cloud)).ToList())
        {
            End(group, cloud);
        }

        var notes = NotesOf(record.Notes, sighting.Cloud);
        var seen = sighting.Instances.Select(instance => instance.Id).ToHashSet();
        if (group.Plan is { } plan)
        {
            Probe(group, plan, sighting, notes, now, utc);
            SilenceResting(group, sighting, notes);
        }
        else if (wanted.Phase is GroupPhase.Active)
        {
            Silence(group, sighting.Cloud, notes, seen);
        }

        foreach (var cloud in group.Findings.Keys.Where(cloud => !clouds.Contains(cloud)).ToList())
        {
            group.Findings.Remove(cloud);
        }

        group.Findings.Remove(sighting.Cloud);
        if (FindingCounts.Of(notes.Values, seen, utc) is { } counts)
        {
            group.Findings.Add(sighting.Cloud, counts);
        }

        group.Beats.KeepOnly(clouds);
        group.Beats.Know(sighting.Cloud, notes, seen);
        Forget(group, sighting, seen, clouds);
    }

    /// <summary>Takes in that something was written.</summary>
    public static void Wrote(KeptGroup group, ImmutableArray<NoteChange> changes, DateTimeOffset utc)
    {
        foreach (var change in changes)
        {
            if (change.Finding is not null && group.Find(change.Cloud, change.Instance) is { } instance)
            {
                instance.SaidAt = utc;
            }
        }
    }

    /// <summary>Ends all probes of a group.</summary>
    public void End(KeptGroup group)
    {
        foreach (var cloud in group.Parts.Keys.ToList())
        {
            End(group, cloud);
        }
    }

    /// <summary>Ends what nobody has seen for too long.</summary>
    public void EndUnseen(KeptGroup group, TimeSpan now)
    {
        foreach (var cloud in group.Parts.Where(part => now - part.Value.SeenAt > group.Patience).Select(part => part.Key).ToList())
        {
            End(group, cloud);
        }

        if (now - group.SeenAt > group.Patience)
        {
            group.Missing.Clear();
            group.Beats.Clear();
            group.Findings.Clear();
        }
    }

    private void End(KeptGroup group, string cloud)
    {
        if (group.Parts.Remove(cloud, out var part))
        {
            foreach (var instance in part.Instances.Values)
            {
                end(instance);
            }
        }
    }

    private void Probe(
        KeptGroup group, ProbePlan plan, Sighting sighting, Dictionary<InstanceId, MemberNote> notes, TimeSpan now, DateTimeOffset utc)
    {
        if (!group.Parts.TryGetValue(sighting.Cloud, out var part))
        {
            group.Parts.Add(sighting.Cloud, part = new());
        }

        part.SeenAt = now;
        var launches = sighting.Record.OpenLaunches.ToDictionary(launch => launch.Id);
        var running = new HashSet<InstanceId>(sighting.Instances.Length);
        foreach (var instance in sighting.Instances)
        {
            if (instance.State is InstanceState.Running && running.Add(instance.Id))
            {
                var note = notes.GetValueOrDefault(instance.Id);
                if (part.Instances.TryGetValue(instance.Id, out var known))
                {
                    Update(known, plan, instance, note, sighting.LookedAt);
                }
                else
                {
                    part.Instances.Add(instance.Id, Begin(group, plan, sighting.Cloud, instance, note, launches, now, utc));
                }
            }
        }

        foreach (var id in part.Instances.Keys.Where(id => !running.Contains(id)).ToList())
        {
            part.Instances.Remove(id, out var gone);
            end(gone!);
        }
    }

    private KeptInstance Begin(
        KeptGroup group, ProbePlan plan, string cloud, Instance instance, MemberNote? note, Dictionary<LaunchId, Launch> launches,
        TimeSpan now, DateTimeOffset utc)
    {
        var grace = plan.Check.Grace;
        var begun = new KeptInstance(group, cloud, instance.Id, new(plan, instance))
        {
            Said = ProbeFindings.Of(note),
            // As the check counts it, where it knows of the launch. One that served already needs no grace after a server's restart.
            GraceUntil = instance.Read<LaunchId>(MusterTags.Launch) is { } id && launches.TryGetValue(id, out var launch)
                ? launch.CreatedAt + grace
                : note?.ServedAt is null ? utc + grace : DateTimeOffset.MinValue,
        };
        _firstAt = Longer(now, _firstAt + FirstEvery);
        var own = Slots.From(now, plan.Check.Interval, begun.Place);
        begun.Due = own < _firstAt ? own : _firstAt;
        begin(begun);
        return begun;
    }

    private static void Update(KeptInstance known, ProbePlan plan, Instance instance, MemberNote? note, DateTimeOffset lookedAt)
    {
        // The record was read before the look: what was written since stands. Said once too often does no harm.
        if (known.SaidAt < lookedAt && !known.Group.IsWritten && !known.Group.IsPending(known.Cloud, known.Id))
        {
            known.Said = ProbeFindings.Of(note);
        }

        var target = new ProbeTarget(plan, instance);
        if (known.IsProbed || known.Target.ReachesSame(target))
        {
            // One that is being asked is asked at its new address from the next look on.
            return;
        }

        known.Target.Dispose();
        known.Target = target;
        known.Streak = default;
    }

    private void Silence(KeptGroup group, string cloud, Dictionary<InstanceId, MemberNote> notes, HashSet<InstanceId> seen)
    {
        foreach (var (id, note) in notes)
        {
            if (seen.Contains(id) && ProbeFindings.Of(note) is not null)
            {
                pend(group, new(cloud, id) { Silenced = ProbeFindings.Source });
            }
        }
    }

    /// <summary>
    /// Ends what was found of instances that have come to rest in the warm pool: one that is started again is healthy once it is found so
    /// anew.
    /// </summary>
    private void SilenceResting(KeptGroup group, Sighting sighting, Dictionary<InstanceId, MemberNote> notes)
    {
        HashSet<InstanceId>? resting = null;
        foreach (var member in sighting.Record.State.Members)
        {
            if (member.Phase is MemberPhase.Warm && (member.Cloud ?? sighting.Cloud) == sighting.Cloud
                && ProbeFindings.Of(notes.GetValueOrDefault(member.Instance)) is not null)
            {
                (resting ??= []).Add(member.Instance);
            }
        }

        if (resting is null)
        {
            return;
        }

        foreach (var instance in sighting.Instances)
        {
            if (instance.State is not InstanceState.Running && resting.Contains(instance.Id))
            {
                pend(group, new(sighting.Cloud, instance.Id) { Silenced = ProbeFindings.Source });
            }
        }
    }

    /// <summary>
    /// Forgets what is said of instances that are gone. A look shows them gone, and another one as much later as a look may lag: what
    /// is said of them may be that somebody protects them, which one odd look must not end.
    /// </summary>
    private void Forget(KeptGroup group, Sighting sighting, HashSet<InstanceId> seen, ImmutableArray<string> clouds)
    {
        var missing = sighting.Record.Notes.Where(note =>
            note.Cloud == sighting.Cloud ? !seen.Contains(note.Instance) : !clouds.Contains(note.Cloud));
        HashSet<(string, InstanceId)>? still = null;
        foreach (var note in missing)
        {
            var key = (note.Cloud, note.Instance);
            (still ??= []).Add(key);
            if (!group.Missing.TryGetValue(key, out var since))
            {
                group.Missing.Add(key, since = sighting.LookedAt);
            }

            var isOld = ProbeFindings.NewestOf(note) is not { } newest || sighting.LookedAt - newest > sighting.ListingLagMax;
            // One that is being taken in shows once its tags are on: that call may take its time.
            var patience = note.AttachingFor is null ? sighting.ListingLagMax : Longer(sighting.ListingLagMax, AttachingMax);
            if (isOld && sighting.LookedAt > since && sighting.LookedAt - since >= patience)
            {
                pend(group, new(note.Cloud, note.Instance) { IsGone = true });
            }
        }

        foreach (var key in group.Missing.Keys
            .Where(key => (key.Cloud == sighting.Cloud || !clouds.Contains(key.Cloud)) && still?.Contains(key) is not true).ToList())
        {
            group.Missing.Remove(key);
        }
    }

    private static Dictionary<InstanceId, MemberNote> NotesOf(ImmutableArray<MemberNote> notes, string cloud) =>
        notes.IsDefaultOrEmpty ? [] : notes.Where(note => note.Cloud == cloud).ToDictionary(note => note.Instance);

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
