using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Health;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>How one instance stands in its group: by the rules of a level check, for whoever only wants to know. Pure.</summary>
/// <param name="Instance">As its cloud listed it.</param>
/// <param name="Phase">Where it is in its life.</param>
/// <param name="Health">What all that is said of it comes to; unknown while nothing that is found counts.</param>
/// <param name="Note">What people and sources say of it; null where nobody says anything.</param>
/// <param name="Detail">The cloud's word for its state, or why the group does not count it as that says.</param>
public sealed record InstanceStanding(Instance Instance, InstancePhase Phase, Verdict Health, MemberNote? Note, string? Detail)
{
    /// <summary>What sources beside the cloud say of it; each source once.</summary>
    public ImmutableArray<Finding> Findings => Note?.Findings ?? [];

    /// <summary>How it stands before the hooks of this side of its life, and its drain; before none where nothing holds it.</summary>
    public Passage Gates { get; init; } = new([]);

    /// <summary>Whether no plan ends it: its cloud refuses to, or somebody protects it here.</summary>
    public bool IsProtected => Instance.IsProtected || Note?.IsProtected is true;

    /// <summary>Whether it is in the group's warm pool, or on its way there.</summary>
    public bool IsPooled => Phase is InstancePhase.Warm or InstancePhase.Warming;

    /// <summary>Whether it is taken out of the group's count.</summary>
    public bool IsStandby => Phase is InstancePhase.Standby;

    /// <summary>Reads a group's instances on one cloud.</summary>
    /// <param name="record">The group, read before the look.</param>
    /// <param name="cloud">The cloud.</param>
    /// <param name="traits">What it can do; null for whoever does not ask how long those take that their cloud still makes.</param>
    /// <param name="owned">All of the group's own instances there, from a whole listing.</param>
    /// <param name="lookedAt">When that began.</param>
    /// <param name="now">The instant.</param>
    /// <returns>One for each instance, in order.</returns>
    public static ImmutableArray<InstanceStanding> Read(
        GroupRecord record, string cloud, CloudTraits? traits, ImmutableArray<Instance> owned, DateTimeOffset lookedAt, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(record);
        var members = record.State.Members.RemoveAll(member => (member.Cloud ?? cloud) != cloud);
        var view = record with { State = record.State with { Members = members } };
        var pool = PoolReading.Read(view, owned, lookedAt, traits, now);
        var boots = traits is null ? null : BootTimeouts.Read(view, traits, pool.Owned, lookedAt, remembers: true);
        var hooks = HookReading.Read(view, cloud, boots?.Owned ?? pool.Owned, boots?.Over ?? [], lookedAt, now);
        var counted = pool.After(view, HealthReading.Read(view, cloud, hooks, now).Owned, traits?.BootGrace, now).Owned;
        var roster = Roster.Of(Held(members, hooks), record.Notes.RemoveAll(note => note.Cloud != cloud));
        var ending = record.State.RecentTerminations
            .Where(termination => termination.IsBelieved && (termination.Cloud ?? cloud) == cloud)
            .Select(termination => termination.Instance).ToHashSet();
        return [.. owned.Zip(counted, (listed, instance) => Of(record, listed, instance, roster, ending, now))];
    }

    /// <summary>Those that a hook holds since this very look are held, though no check has written it down yet.</summary>
    private static ImmutableArray<Member> Held(ImmutableArray<Member> members, HookReading hooks) =>
        hooks.Members.IsEmpty ? members : members.AddRange(hooks.Members);

    private static InstanceStanding Of(
        GroupRecord record, Instance listed, Instance counted, Roster roster, HashSet<InstanceId> ending, DateTimeOffset now)
    {
        var note = roster.NoteOf(listed.Id);
        var isEnding = ending.Contains(listed.Id);
        var wasToEnd = !isEnding && Inventory.IsDraining(counted, roster);
        var drains = wasToEnd && !Inventory.MustReturn(counted, roster, record.Group);

        // One that is to return waits for nothing, though its drain is not taken back yet.
        var gates = isEnding || wasToEnd != drains || (listed.IsDead && !drains)
            ? new([])
            : Life.Gates.Of(record.Group.Drain, record.Group.Hooks, roster.Find(listed.Id), note, now);
        var phase = note?.DetachedFor is not null ? InstancePhase.Detaching
            : note?.AttachingFor is not null ? InstancePhase.Attaching
            : drains ? InstancePhase.Draining
            : isEnding || Inventory.IsUnwanted(counted, roster) ? InstancePhase.Terminating
            : Inventory.IsOnStandby(counted, roster, record.Group) ? InstancePhase.Standby
            : counted.IsLeaving(now) ? InstancePhase.Terminating
            : counted.State switch
            {
                InstanceState.Provisioning =>
                    listed.State is InstanceState.Running ? InstancePhase.Booting : InstancePhase.Launching,
                InstanceState.Running => Ailing.IsSick(counted, roster, now) ? InstancePhase.OutOfService : InstancePhase.InService,
                InstanceState.Terminating => InstancePhase.Terminating,
                InstanceState.Stopped or InstanceState.Failed => InstancePhase.Dead,
                InstanceState.Warm => counted.Warmth is Warmth.Resting ? InstancePhase.Warm : InstancePhase.Warming,
                _ => InstancePhase.Unknown,
            };
        var health = phase is InstancePhase.Booting && IsInGrace(record, listed, now)
            ? Verdict.Unknown
            : Judge.Of(counted.State, note?.Findings ?? [], now);

        // A probe may have been right by chance before the grace is over, and of one that is to go nothing more is asked.
        return new(listed, phase, phase is InstancePhase.Booting && health is Verdict.Healthy ? Verdict.Unknown : health, note,
            drains ? WhyDraining(gates, note)
            : note?.DetachedFor ?? note?.AttachingFor ?? WhyHeld(gates) ?? note?.UnwantedFor ?? counted.StateDetail)
        {
            Gates = gates,
        };
    }

    private static string WhyDraining(Passage gates, MemberNote? note) =>
        (WhyHeld(gates) ?? LifeWords.WhyOver(gates)) + (note?.UnwantedFor is { } why ? $"; {why}" : "");

    /// <summary>What holds it, and until when; null where nothing does.</summary>
    private static string? WhyHeld(Passage gates) =>
        gates.All.IsDefaultOrEmpty || gates.State is not GateState.Waiting ? null : $"waiting for {LifeWords.WaitingUntil(gates)}";

    private static bool IsInGrace(GroupRecord record, Instance instance, DateTimeOffset now) =>
        record.Group.Health is { } health && instance.Read<LaunchId>(MusterTags.Launch) is { } id
        && record.OpenLaunches.FirstOrDefault(launch => launch.Id == id) is { } launch && now - launch.CreatedAt < health.Grace;
}
