using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Postgres.Tables;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>
/// One transaction of a lane in the making: what was read, and what the writes, one after the other, make of it. Nothing is sent before
/// the last one has had its say, so a refused write leaves no trace as long as it asks before it writes.
/// </summary>
/// <param name="position">The newest position given before.</param>
/// <param name="sweep">The lease of the sweep that was asked for; null when there is none.</param>
internal sealed class LaneLedger(long position, SweepShare? sweep)
{
    private readonly Dictionary<ActivityId, Entry> _entries = [];
    private readonly Dictionary<LaunchId, Launch> _launches = [];
    private readonly HashSet<LaneFooting> _touched = [];
    private readonly List<LaneFooting> _endedLeases = [];
    private readonly List<Call> _groupCalls = [];
    private readonly Dictionary<GroupId, LaneVoices> _voices = [];
    private readonly HashSet<LaneVoices> _claimed = [];
    private readonly HashSet<LaneVoices> _ruled = [];
    private readonly Dictionary<GroupId, SteeringState> _steered = [];
    private readonly Dictionary<GroupId, NotedRow> _notes = [];
    private readonly HashSet<GroupId> _noted = [];
    private long _newest = position;

    /// <summary>Whether the account exists.</summary>
    public bool IsAccountKnown { get; init; } = true;

    /// <summary>What writes stand on, by group of this account.</summary>
    public Dictionary<GroupId, LaneFooting> Footings { get; init; } = [];

    /// <summary>Groups that users add or change, whoever they belong to.</summary>
    public Dictionary<GroupId, Group> Groups { get; init; } = [];

    /// <summary>Which living group has a name that a user wants.</summary>
    public Dictionary<string, GroupId> Names { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Templates that users want.</summary>
    public Dictionary<TemplateId, Template> Templates { get; init; } = [];

    /// <summary>Whether nothing is to be written.</summary>
    public bool IsEmpty =>
        _touched.Count == 0 && _endedLeases.Count == 0 && _claimed.Count == 0 && _ruled.Count == 0 && _steered.Count == 0
        && _noted.Count == 0;

    /// <exception cref="StoreException"><see cref="StoreErrorKind.Fenced"/>: the sweep's lease is over.</exception>
    public void EnsureHeld(SweepLease lease)
    {
        if (sweep?.Honours(lease) is not true)
        {
            throw Refusal.Fenced(lease);
        }
    }

    /// <summary>Adds a group with its revision and its first activity.</summary>
    /// <returns>The activity as kept.</returns>
    public Activity Add(Group group, string cloud, Activity activity)
    {
        _groupCalls.Add(GroupTable.Insert(group, cloud));
        _groupCalls.Add(RevisionTable.Insert(RevisionRule.Of(group, activity)));
        var footing = LaneFooting.New(group);
        Footings.Add(group.Id, footing);
        Keep(footing, group);
        return Append(footing, activity);
    }

    /// <summary>Replaces a group, with its activity, and its revision if it is the next one.</summary>
    public void Replace(LaneFooting footing, Group current, Group group, string cloud, Activity activity)
    {
        _groupCalls.Add(GroupTable.Replace(group, cloud));
        _groupCalls.AddRange(RevisionRule.Of(current, group, activity).Select(RevisionTable.Insert));
        if (group.ArchivedAt is not null)
        {
            ForgetVoices(group.Id);
        }

        Keep(footing, group);
        Append(footing, activity);
    }

    /// <summary>What a check leaves behind.</summary>
    public void Write(LaneFooting footing, CheckRecord record, ImmutableArray<Activity>.Builder kept)
    {
        _touched.Add(footing);
        footing.State = record.State;
        foreach (var launch in record.Launches)
        {
            _launches[launch.Id] = launch;
        }

        foreach (var activity in record.Activities)
        {
            kept.Add(Append(footing, activity));
        }

        if (footing.Now.Archives(record))
        {
            Archive(footing, record.ArchivedAt!.Value);
        }
    }

    /// <summary>Ends a lease that ran out, with a new fencing number.</summary>
    public void EndLease(LaneFooting footing)
    {
        _endedLeases.Add(footing);
        footing.Now = footing.Now with { Lease = footing.Now.Lease.Ended() };
    }

    /// <summary>What befell a group outside of its checks.</summary>
    public Activity Tell(LaneFooting footing, Activity activity) => Append(footing, activity);

    /// <summary>What was read of those who have a say in groups' capacity; of others nobody has.</summary>
    public void Hear(IEnumerable<LaneVoices> voices)
    {
        foreach (var each in voices)
        {
            _voices[each.Group] = each;
        }
    }

    /// <summary>The policies of a group, as the writes so far leave them.</summary>
    public ImmutableArray<Policy> PoliciesOf(GroupId group) => VoicesOf(group).Policies;

    /// <summary>Changes the policies of a group; with the last that steers it, what rounds concluded is forgotten.</summary>
    public void PutPolicies(GroupId group, ImmutableArray<Policy> policies, bool endsSteering)
    {
        var voices = VoicesOf(group);
        voices.Policies = policies;
        _ruled.Add(voices);
        if (endsSteering)
        {
            (voices.Words, voices.EvaluatedAt) = ([], null);
            _steered.Remove(group);
            _groupCalls.Add(SteeringTable.Forget(group));
        }
        else if (ToldRule.Of(voices.Words, policies) is var words && words.Length < voices.Words.Length)
        {
            voices.Words = words;
            _groupCalls.Add(SteeringTable.PutWords(group, words));
        }
    }

    /// <summary>What was read of what is said of groups' instances; of others nothing is known.</summary>
    public void Hear(IEnumerable<NotedRow> rows)
    {
        foreach (var row in rows)
        {
            _notes[row.Group] = row;
        }
    }

    /// <summary>What is said of a group's instances, as the writes so far leave it.</summary>
    public ImmutableArray<MemberNote> NotesOf(GroupId group) => _notes.TryGetValue(group, out var noted) ? noted.Notes : [];

    /// <summary>Who of a group was told to end, or is about to be, as the writes so far leave it.</summary>
    public ImmutableArray<RecentTermination> EndsOf(LaneFooting footing) =>
        footing.State?.RecentTerminations ?? (_notes.TryGetValue(footing.Group, out var noted) ? noted.Ends : []);

    /// <summary>At which gates a group's instances may wait, as the writes so far leave it.</summary>
    public GateBasis GatesOf(LaneFooting footing)
    {
        var known = _notes.TryGetValue(footing.Group, out var noted) ? noted.Gates : GateBasis.None;
        known = Groups.TryGetValue(footing.Group, out var group) ? known with { Drain = group.Drain, Hooks = group.Hooks } : known;
        return footing.State is { } state ? known with { Members = state.Members } : known;
    }

    /// <summary>Changes what is said of a group's instances.</summary>
    public void PutNotes(GroupId group, ImmutableArray<MemberNote> notes)
    {
        _notes[group] = _notes.TryGetValue(group, out var noted) ? noted with { Notes = notes } : new(group, notes, [], GateBasis.None);
        _noted.Add(group);
    }

    /// <summary>When the last round concluded something for a group, as the writes so far leave it.</summary>
    public DateTimeOffset? EvaluatedAtOf(GroupId group) => VoicesOf(group).EvaluatedAt;

    /// <summary>What a round concluded for a living group.</summary>
    public void Steer(SteeringRecord record)
    {
        _steered[record.Group] = record.State;
        VoicesOf(record.Group).EvaluatedAt = record.State.EvaluatedAt;
        if (record.Claim is { } claim)
        {
            var voices = VoicesOf(record.Group);
            voices.Claims = ClaimRule.Put(voices.Claims, claim);
            _claimed.Add(voices);
        }
    }

    /// <summary>The statements that write it all, in an order that the references between tables allow.</summary>
    public IReadOnlyList<Call> Finish(AccountId account)
    {
        var calls = new List<Call>(_groupCalls);
        calls.AddRange(_touched.Where(footing => footing.IsNew).Select(StateTable.Insert));
        AddUnlessEmpty(calls, _touched.Where(footing => footing is { IsNew: false, State: not null }).ToList(), StateTable.Put);
        AddUnlessEmpty(calls, _touched.Where(footing => footing is { IsNew: false, State: null }).ToList(), StateTable.PutLastActivity);
        AddUnlessEmpty(calls, _endedLeases, StateTable.EndLeases);
        AddUnlessEmpty(calls, _claimed, SteeringTable.PutClaims);
        AddUnlessEmpty(calls, _ruled, SteeringTable.PutPolicies);
        AddUnlessEmpty(calls, [.. _steered.Select(pair => (pair.Key, pair.Value, (SteeringBasis?)null))], SteeringTable.Put);
        AddUnlessEmpty(calls, [.. _noted.Select(group => (group, _notes[group].Notes))], NoteTable.Put);
        AddUnlessEmpty(calls, _launches.Values, LaunchTable.Put);
        AddUnlessEmpty(calls, _entries.Values, all => ActivityTable.Put(account, all));
        return calls;
    }

    private static void AddUnlessEmpty<T>(List<Call> calls, IReadOnlyCollection<T> items, Func<IReadOnlyCollection<T>, Call> call)
    {
        if (items.Count > 0)
        {
            calls.Add(call(items));
        }
    }

    /// <summary>Appends, or melts into the group's newest entry.</summary>
    private Activity Append(LaneFooting footing, Activity activity)
    {
        _touched.Add(footing);
        _newest++;
        var entry = TrailRule.Append(footing.Now.Last, TrailRule.AsKept(activity), _newest);
        footing.Now = footing.Now with { Last = entry };
        _entries[entry.Kept.Id] = entry;
        return entry.Kept;
    }

    private void Archive(LaneFooting footing, DateTimeOffset archivedAt)
    {
        _groupCalls.Add(GroupTable.Archive(footing.Group, archivedAt));
        ForgetVoices(footing.Group);
        footing.Now = footing.Now with { Phase = GroupPhase.Archived, IsLiving = false };
        Forget(footing.Group);
        if (Groups.TryGetValue(footing.Group, out var group))
        {
            Groups[footing.Group] = group with { Phase = GroupPhase.Archived, ArchivedAt = archivedAt };
        }
    }

    private void Keep(LaneFooting footing, Group group)
    {
        Forget(group.Id);
        Groups[group.Id] = group;
        footing.Now = footing.Now with { Phase = group.Phase, IsLiving = group.ArchivedAt is null };
        if (footing.Now.IsLiving)
        {
            Names[group.Name] = group.Id;
        }
    }

    private LaneVoices VoicesOf(GroupId group)
    {
        if (!_voices.TryGetValue(group, out var voices))
        {
            _voices.Add(group, voices = new(group));
        }

        return voices;
    }

    /// <summary>Nobody asks any more what an archived group was steered by, and what was said of its instances.</summary>
    private void ForgetVoices(GroupId group)
    {
        _steered.Remove(group);
        _noted.Remove(group);
        _groupCalls.Add(NoteTable.Forget(group));
        _groupCalls.Add(SteeringTable.Forget(group));
        _groupCalls.Add(ReadingTable.Forget(group));
        _groupCalls.Add(PushedTable.Forget(group));
    }

    /// <summary>The group's name is free.</summary>
    private void Forget(GroupId group)
    {
        foreach (var (name, _) in Names.Where(pair => pair.Value == group).ToList())
        {
            Names.Remove(name);
        }
    }
}
