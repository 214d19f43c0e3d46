using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Reads what a check saw, part by part: how launches and orders to end went on, who is new on its way, and what is so with each
/// placement. Pure, but for the ids of activities and the spread of waits.
/// </summary>
internal sealed class SightReading(
    GroupRecord record,
    ImmutableArray<SightedPlacement> parts,
    Func<string, CloudTraits?> traitsOf,
    ReconcilerOptions options,
    ActivityWriter activities,
    IRandomSource random,
    DateTimeOffset now,
    ILaunchIdentities? identities)
{
    private readonly ImmutableArray<Launch>.Builder _changed = ImmutableArray.CreateBuilder<Launch>(record.OpenLaunches.Length);
    private readonly ImmutableArray<Launch>.Builder _open = ImmutableArray.CreateBuilder<Launch>(record.OpenLaunches.Length);
    private readonly List<CloudReading> _clouds = new(capacity: 1);
    private readonly Dictionary<InstanceId, string>? _listedOn = ListedOn(record, parts);
    private GroupState _state = record.State;

    /// <summary>Launches whose phase changed.</summary>
    public ImmutableArray<Launch> ChangedLaunches => _changed.ToImmutable();

    /// <summary>Launches that are still open, in the ledger's order.</summary>
    public ImmutableArray<Launch> OpenLaunches => record.IsSpread
        ? [.. _open.OrderBy(launch => launch.CreatedAt).ThenBy(launch => launch.Id.Value)]
        : _open.ToImmutable();

    /// <summary>Reads one part.</summary>
    /// <param name="part">What was seen of it.</param>
    /// <param name="traits">Its cloud's; null when it is not there.</param>
    public Slice Read(SightedPlacement part, CloudTraits? traits) => part.Sight is { Look: { } look } && traits is not null
        ? ReadSeen(part, look, traits)
        : ReadUnseen(part, traits);

    /// <summary>The state after the look, before anything is decided; once all parts are read.</summary>
    public GroupState State()
    {
        var terminations = ImmutableArray.CreateBuilder<RecentTermination>(record.State.RecentTerminations.Length);
        var members = ImmutableArray.CreateBuilder<Member>(record.State.Members.Length);
        foreach (var reading in _clouds)
        {
            var view = record.State;
            var (known, remembered) = OnCloud(reading.Cloud);
            if (reading.Look is not { } look)
            {
                terminations.AddRange(known);
                members.AddRange(remembered);
                continue;
            }

            var of = known == view.RecentTerminations ? record : record with { State = view with { RecentTerminations = known } };
            terminations.AddRange(
                new TerminationReader(of, reading.Traits, activities, random, look.StartedAt, now).Read(reading.Owned));
            foreach (var member in MemberReader.Read(
                remembered, reading.Owned, look.StartedAt, reading.Traits.ListingLagMax, reading.Booting, reading.Held))
            {
                members.Add(record.IsSpread && member.Cloud is null ? member with { Cloud = reading.Cloud } : member);
            }
        }

        if (record.IsSpread && RemembersAny)
        {
            terminations.AddRange(record.State.RecentTerminations.Where(one => CloudOf(one.Cloud, one.Instance, one.At) is null));
            members.AddRange(record.State.Members.Where(one => CloudOf(one.Cloud, one.Instance, one.Since) is null));
        }

        return _state with
        {
            CheckedAt = now,
            Members = members.DrainToImmutable(),
            RecentTerminations = terminations.DrainToImmutable(),
            HeardAt = record.SaidAt,
            VacatedRevision = IsVacated() ? record.Group.Revision - 1 : record.State.VacatedRevision,
        };
    }

    private Slice ReadSeen(SightedPlacement part, Observation look, CloudTraits traits)
    {
        var view = record.IsSpread && (RemembersAny || !record.OpenLaunches.IsEmpty)
            ? record with
            {
                OpenLaunches = part.Launches,
                State = record.State with { Members = OnCloud(part.Placement.Cloud).Members },
            }
            : record;
        var told = PoolReading.Read(view, part.Owned, look.StartedAt, traits, now);
        var boots = BootTimeouts.Read(view, traits, told.Owned, look.StartedAt, options.KeepsMemory);
        var before = StateOf(part.Placement);
        var ledger = new LaunchLedger(view, before.Breaker, traits, options.LaunchExpiryFor(traits), activities);
        var hooks = HookReading.Read(view, part.Placement.Cloud, boots.Owned, boots.Over, look.StartedAt, now);
        var health = HealthReading.Read(view, part.Placement.Cloud, hooks, now);
        var pool = told.After(view, health.Owned, traits.BootGrace, now);
        ledger.Read(pool.Owned, look.StartedAt, now, health.Over, health.Sick);
        var recall = part.Placement.IsEarlier ? null : identities?.Recall(part.Placement.Template.Id, pool.Owned, traits, now);
        TellFailures(recall);
        TellHeld(view, hooks, part.Owned);
        var breaker = recall?.Breaker ?? ledger.Breaker.AfterChange(record.Group.UpdatedAt);
        var after = before.Breaker == breaker ? before : before with { Breaker = breaker };
        Place(before, record.IsSpread ? Available(after, part, ledger.Open, record.Group.UpdatedAt) : Alone(after));
        _changed.AddRange(ledger.Changed);
        _open.AddRange(ledger.Open);
        ReadingOf(part.Placement.Cloud, look, traits).Add(boots, hooks, pool);
        var slice = SliceOf(part.Placement, traits, pool.Owned, ledger.Open);
        return recall is null
            ? slice
            : slice with { Evidence = [.. recall.Failures.Take(LaunchBreaker.FailuresMax).Select(instance => instance.Id)] };
    }

    /// <summary>
    /// Nothing is known: what was so stands, and since when it cannot be seen is remembered. A cloud that is not there for whoever looks is
    /// no cloud that is away: what is there keeps its places.
    /// </summary>
    private Slice ReadUnseen(SightedPlacement part, CloudTraits? traits)
    {
        var isAway = part.Sight.Failure is not null;
        var failure = part.Sight.Failure ?? CloudSight.NotThere(part.Placement.Cloud);
        var before = StateOf(part.Placement);
        var reaction = FailureReaction.To(failure.Kind);
        var failures = before.FailuresInRow + 1;
        var wait = failure.RetryAfter
            ?? Backoff.WithJitter(Backoff.Delay(failures, reaction.RetryMin, reaction.RetryMax), random);
        Place(before, before with
        {
            FailuresInRow = failures,
            FailingSince = isAway ? before.FailingSince ?? now : before.FailingSince,
            IsUnseen = true,
            UnavailableAt = isAway ? now : before.UnavailableAt,
            UnavailableFor = isAway ? failure.Kind : before.UnavailableFor,
            Cloud = part.Placement.Cloud,
            Counts = part.Placement.IsEarlier ? new() { Unknown = part.Held } : before.Counts,
        });
        _open.AddRange(part.Launches);
        ReadingOf(part.Placement.Cloud, look: null, traits);
        return SliceOf(part.Placement, traits, [], part.Launches) with
        {
            Blind = new(failure.Kind, new CheckFailure(failure, $"cannot look at {part.Placement.Cloud}", IsLook: true).Words, now + wait),
        };
    }

    /// <summary>A placement that is seen again, or where a launch came up since it was not available, is so no more.</summary>
    private static PlacementState Available(
        PlacementState state, SightedPlacement part, ImmutableArray<Launch> open, DateTimeOffset changedAt)
    {
        if (state.IsUnseen)
        {
            state = state with { IsUnseen = false, FailingSince = null, UnavailableFor = null };
        }

        if (state.UnavailableAt is not { } at)
        {
            return state;
        }

        if (state.UnavailableFor is not null && changedAt > at)
        {
            // What could not work as it was may work as a person has made it since.
            state = state with { UnavailableFor = null };
        }

        if (state.Breaker.IsOpen)
        {
            return state;
        }

        var launched = open.Where(launch => launch.CreatedAt > at).Select(launch => launch.Id).ToHashSet();
        return launched.Count > 0 && part.Owned.Any(instance => instance.State is InstanceState.Running
            && instance.Read<LaunchId>(MusterTags.Launch) is { } launch && launched.Contains(launch))
            ? state with { UnavailableAt = null, UnavailableFor = null, FailingSince = null }
            : state;
    }

    private Slice SliceOf(
        Placement placement, CloudTraits? traits, ImmutableArray<Instance> owned, ImmutableArray<Launch> open) => new()
        {
            Placement = placement,
            Owned = owned,
            OpenLaunches = open,
            LaunchTokens = traits?.LaunchTokens ?? false,
            MayHaveTwins = traits?.LaunchTokensRace ?? false,
            Stops = traits?.Stops ?? false,
            Suspends = traits?.Suspends ?? false,
            ResumeAgeMax = traits is null ? TimeSpan.MaxValue : options.ResumeAgeMaxFor(traits),
            ListingLagMax = traits?.ListingLagMax ?? TimeSpan.Zero,
        };

    /// <summary>What is so with a placement; of one that is on another cloud than before, nothing is known.</summary>
    private PlacementState StateOf(Placement placement)
    {
        var known = record.State.Of(placement.Name);
        return known.Cloud is null || known.Cloud == placement.Cloud ? known : new() { Name = placement.Name };
    }

    private void Place(PlacementState before, PlacementState after) =>
        _state = before == after && ReferenceEquals(before, record.State.Of(before.Name)) ? _state : _state.With(after);

    private CloudReading ReadingOf(string name, Observation? look, CloudTraits? traits)
    {
        foreach (var reading in _clouds)
        {
            if (reading.Cloud == name)
            {
                return reading;
            }
        }

        _clouds.Add(new(name, look, traits));
        return _clouds[^1];
    }

    /// <summary>Of a group that lives in one place now, only what one place has.</summary>
    private static PlacementState Alone(PlacementState state) => state is { Cloud: null, IsUnseen: false, Owed: 0, UnavailableAt: null }
        ? state
        : new()
        {
            Name = state.Name,
            EstablishedLevel = state.EstablishedLevel,
            Breaker = state.Breaker,
            MassFailure = state.MassFailure,
            FailuresInRow = state.FailuresInRow,
        };

    /// <summary>Whether anything at all is remembered of instances: of most groups nothing is, most of the time.</summary>
    private bool RemembersAny => !record.State.RecentTerminations.IsEmpty || !record.State.Members.IsEmpty;

    /// <summary>What is remembered of a cloud; of a group that is spread, with its name.</summary>
    private (ImmutableArray<RecentTermination> Terminations, ImmutableArray<Member> Members) OnCloud(string cloud) =>
        !record.IsSpread || !RemembersAny
            ? (record.State.RecentTerminations, record.State.Members)
            : (
                [.. record.State.RecentTerminations.Where(one => CloudOf(one.Cloud, one.Instance, one.At) == cloud)
                    .Select(one => one.Cloud is null ? one with { Cloud = cloud } : one)],
                [.. record.State.Members.Where(one => CloudOf(one.Cloud, one.Instance, one.Since) == cloud)
                    .Select(one => one.Cloud is null ? one with { Cloud = cloud } : one)]);

    /// <summary>
    /// What was written down while the group lived on one cloud names none: it is where the instance is listed. One that is listed nowhere,
    /// once every cloud must show it, is as good as anywhere; before, nobody can say where it is, and it is kept as it is.
    /// </summary>
    private string? CloudOf(string? kept, InstanceId instance, DateTimeOffset knownAt) =>
        kept is not null && record.Clouds.Contains(kept) ? kept
        : _listedOn?.TryGetValue(instance, out var cloud) is true ? cloud
        : MustAllShow(knownAt) ? record.Template.Cloud
        : null;

    /// <summary>Whether no cloud can still show something that was so then without having shown it now.</summary>
    private bool MustAllShow(DateTimeOffset at) => parts.All(part =>
        part.Sight.Look is { } look && traitsOf(part.Placement.Cloud) is { } traits && look.StartedAt >= at + traits.ListingLagMax);

    /// <summary>On which cloud each instance is; null where nothing is remembered that asks.</summary>
    private static Dictionary<InstanceId, string>? ListedOn(GroupRecord record, ImmutableArray<SightedPlacement> parts)
    {
        if (!record.IsSpread || (record.State.RecentTerminations.IsEmpty && record.State.Members.IsEmpty))
        {
            return null;
        }

        var clouds = new Dictionary<InstanceId, string>();
        foreach (var part in parts)
        {
            foreach (var instance in part.Owned)
            {
                clouds.TryAdd(instance.Id, part.Placement.Cloud);
            }
        }

        return clouds;
    }

    /// <summary>Whether nothing is left, nor can come yet, on the clouds that only earlier revisions of the group had.</summary>
    private bool IsVacated()
    {
        if (record.Group.Revision - 1 <= record.State.VacatedRevision)
        {
            return false;
        }

        var clouds = record.EarlierTemplates.Select(template => template.Cloud).ToHashSet();
        return parts.Where(part => clouds.Contains(part.Placement.Cloud)).All(part =>
            part is { Owned.IsEmpty: true, Launches.IsEmpty: true, Sight.Look: { } look }
            && traitsOf(part.Placement.Cloud) is { } traits && look.StartedAt >= record.Group.UpdatedAt + traits.ListingLagMax
            && OnCloud(part.Placement.Cloud).Terminations.IsEmpty);
    }

    /// <summary>Those that the hooks of their launch hold from this look on: whoever follows the trail may have to answer.</summary>
    private void TellHeld(GroupRecord view, HookReading hooks, ImmutableArray<Instance> owned)
    {
        foreach (var member in hooks.Members)
        {
            if (member.Phase is MemberPhase.Waiting
                && !view.State.Members.Any(known => known.Instance == member.Instance && known.Phase is MemberPhase.Waiting)
                && owned.FirstOrDefault(instance => instance.Id == member.Instance) is { } held
                && Gates.Of(drain: null, view.Group.Hooks, member, note: null, now) is { State: GateState.Waiting } gates)
            {
                activities.Add(
                    ActivityType.Hold,
                    ActivityStatus.Succeeded,
                    $"{held.Name} waits for {LifeWords.WaitingUntil(gates)}",
                    held.Id,
                    held.Read<LaunchId>(MusterTags.Launch));
            }
        }
    }

    /// <summary>Launches that failed before, as the listing shows them: with a store the ledger would have told.</summary>
    private void TellFailures(LaunchRecall? recall)
    {
        foreach (var instance in recall?.Failures ?? [])
        {
            activities.Add(
                ActivityType.Launch,
                ActivityStatus.Failed,
                LaunchLedger.Told(instance.Name, Words.Of(instance)),
                instance.Id,
                instance.Read<LaunchId>(MusterTags.Launch));
        }
    }

    /// <summary>What was read of one cloud, of all its parts together.</summary>
    private sealed class CloudReading(string cloud, Observation? look, CloudTraits? traits)
    {
        public string Cloud => cloud;

        public Observation? Look => look;

        public CloudTraits Traits => traits!;

        public ImmutableArray<Instance> Owned { get; private set; } = [];

        public ImmutableArray<(InstanceId Instance, DateTimeOffset Since)> Booting { get; private set; } = [];

        public ImmutableArray<Member> Held { get; private set; } = [];

        public void Add(BootTimeouts part, HookReading hooks, PoolReading pool) => (Owned, Booting, Held) =
            (Owned.AddRange(part.Owned), Booting.AddRange(part.Booting), Held.AddRange(hooks.Members).AddRange(pool.Members));
    }
}
