using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Simulation.Clouds;

/// <summary>The truth of one instance: its whole life, past and, unless somebody interferes, future.</summary>
/// <remarks>
/// Kept small, so that 100,000 are cheap: what a listing shows is made when it is listed, and the tags that a group's instances
/// have in common are one object.
/// </remarks>
public sealed class SimulatedInstance
{
    private ImmutableSortedDictionary<string, string> _commonTags;
    private Guid? _launch;
    private LifeEvent[] _life;
    private Notice? _notice;

    internal SimulatedInstance(
        InstanceId id,
        long sequence,
        string name,
        ImmutableSortedDictionary<string, string> commonTags,
        Guid? launch,
        DateTimeOffset madeAt,
        LifeEvent[] life,
        string? zone,
        bool isInterruptible)
    {
        Id = id;
        Sequence = sequence;
        Name = name;
        MadeAt = madeAt;
        _commonTags = commonTags;
        _launch = launch;
        _life = life;
        Zone = zone;
        IsInterruptible = isInterruptible;
    }

    /// <summary>The cloud's own id.</summary>
    public InstanceId Id { get; }

    /// <summary>Counts all instances of the cloud in the order they were made; listings are in this order.</summary>
    public long Sequence { get; }

    /// <summary>The name it was launched with.</summary>
    public string Name { get; }

    /// <summary>The zone it is in; null where the cloud has none.</summary>
    public string? Zone { get; }

    /// <summary>Whether it was launched as one that the cloud may take back.</summary>
    public bool IsInterruptible { get; }

    /// <summary>When the cloud will take it back, or took it, if it gave notice and has not changed its mind since.</summary>
    public DateTimeOffset? LeavingAt => _notice?.LeavingAt;

    /// <summary>When it was made, by the true clock.</summary>
    public DateTimeOffset MadeAt { get; }

    /// <summary>When a termination took effect; null while none has.</summary>
    public DateTimeOffset? TerminatedAt { get; private set; }

    /// <summary>The launch it answers; null for one that Muster did not make.</summary>
    public LaunchId? Launch => _launch is { } value ? new LaunchId(value) : null;

    /// <summary>The group in its tags; null when there is none.</summary>
    public GroupId? Group => Read(MusterTags.Group) is { } value ? new GroupId(value) : null;

    /// <summary>The installation in its tags; null when there is none.</summary>
    public InstallationId? Installation => Read(MusterTags.Installation) is { } value ? new InstallationId(value) : null;

    /// <summary>What it is, or was, at that time; null when it was not there.</summary>
    public InstanceState? StateAt(DateTimeOffset time) => TurnAt(time)?.State;

    /// <summary>What the cloud says of it, asked at that time; null when it was not there.</summary>
    public Instance? ShowAt(DateTimeOffset time) =>
        TurnAt(time) is not { State: { } state } turn ? null
        : _notice is { } notice && notice.GivenAt <= time ? Show(turn.Shown ?? state) with { LeavingAt = notice.LeavingAt }
        : turn.IsHalfMade ? Show(turn.Shown ?? state) with { IsHalfMade = true }
        : Show(turn.Shown ?? state);

    /// <summary>Whether it waits at that time for the same launch to go on with it.</summary>
    public bool IsHalfMadeAt(DateTimeOffset time) => TurnAt(time) is { IsHalfMade: true };

    /// <summary>Whether it is on its way to rest at that time, although it still runs.</summary>
    public bool IsStoppingAt(DateTimeOffset time) => TurnAt(time)?.IsStopping is true;

    /// <summary>Whether it does not run at that time since it was told so.</summary>
    public bool IsStoppedOnOrderAt(DateTimeOffset time) => TurnAt(time) is { IsOrdered: true, State: InstanceState.Stopped };

    /// <summary>Whether it does not run at that time, and may be started.</summary>
    public bool RestsAt(DateTimeOffset time) => TurnAt(time) is { State: InstanceState.Stopped or InstanceState.Failed };

    /// <summary>Whether its cloud says at that time that it is on its way up, although it never will be.</summary>
    public bool IsShownRising(DateTimeOffset time) =>
        TurnAt(time) is { State: InstanceState.Failed, Shown: InstanceState.Provisioning };

    /// <summary>When its last turn until then was; null when it was not there.</summary>
    public DateTimeOffset? TurnedAt(DateTimeOffset time) => TurnAt(time) is { } turn ? MadeAt + turn.After : null;

    /// <summary>Whether it runs, and whoever asked was told so, all the time from then to now.</summary>
    public bool IsShownRunning(DateTimeOffset since, DateTimeOffset now)
    {
        foreach (var turn in _life)
        {
            var at = MadeAt + turn.After;
            if (at > since && at <= now && !(turn is { State: InstanceState.Running, Shown: null or InstanceState.Running }))
            {
                return false;
            }
        }

        return TurnAt(since) is { State: InstanceState.Running, Shown: null or InstanceState.Running };
    }

    /// <summary>Whether it counts towards the level at that time.</summary>
    public bool IsLiveAt(DateTimeOffset time) => StateAt(time) is InstanceState.Provisioning or InstanceState.Running;

    /// <summary>Whether it takes up a place of its group at that time: it lives, or nobody can tell.</summary>
    public bool HoldsPlaceAt(DateTimeOffset time) => HoldsPlace(StateAt(time));

    /// <summary>When it last stopped to hold a place before <paramref name="now"/>; null when it holds one, or never did.</summary>
    public DateTimeOffset? LostPlaceAt(DateTimeOffset now)
    {
        DateTimeOffset? lost = null;
        var held = false;
        foreach (var turn in _life)
        {
            if (MadeAt + turn.After > now)
            {
                break;
            }

            var holds = HoldsPlace(turn.State);
            lost = held && !holds ? MadeAt + turn.After : holds ? null : lost;
            held = holds;
        }

        return lost;
    }

    /// <summary>What the cloud says of it while it is in that state.</summary>
    public Instance Show(InstanceState state) => new()
    {
        Id = Id,
        Name = Name,
        State = state,
        StateDetail = state is InstanceState.Running ? null : "simulated " + state,
        CreatedAt = MadeAt,
        Zone = Zone,
        Tags = _launch is { } value ? _commonTags.SetItem(MusterTags.Launch, value.ToString()) : _commonTags,
    };

    internal ReadOnlySpan<LifeEvent> Life => _life;

    internal bool Carries(string tag, string value) =>
        _commonTags.TryGetValue(tag, out var text) && text == value;

    internal string? TagOf(string tag) => _commonTags.GetValueOrDefault(tag);

    /// <summary>Gives it other tags.</summary>
    internal void Retag(ImmutableSortedDictionary<string, string> tags)
    {
        _launch = tags.TryGetValue(MusterTags.Launch, out var text) && Guid.TryParse(text, out var launch) ? launch : null;
        _commonTags = _launch is null ? tags : tags.Remove(MusterTags.Launch);
    }

    /// <summary>Forgets what was to come, a notice too, and turns now.</summary>
    internal void Turn(DateTimeOffset now, params ReadOnlySpan<LifeEvent> turns)
    {
        _notice = null;
        Live(now, turns);
    }

    /// <summary>Lives on for as long as it is warned, and is gone then; without a warning, at once, and no notice is ever seen.</summary>
    internal void TakeBack(DateTimeOffset now, TimeSpan warning)
    {
        var end = now + warning - MadeAt;
        _notice = warning > TimeSpan.Zero ? new(now, now + warning) : null;
        _life = [.. _life.Where(turn => turn.After < end), new LifeEvent(end, State: null)];
    }

    /// <summary>Goes on as it is for so long, and rests then; whatever was to come does not.</summary>
    /// <param name="now">When.</param>
    /// <param name="time">How long that takes.</param>
    /// <param name="shown">What the cloud says that it is meanwhile.</param>
    internal void Stop(DateTimeOffset now, TimeSpan time, InstanceState shown)
    {
        var rests = new LifeEvent(time, InstanceState.Stopped) { IsOrdered = true };
        Live(now, time > TimeSpan.Zero
            ? [new LifeEvent(TimeSpan.Zero, InstanceState.Running) { Shown = shown, IsStopping = true }, rests]
            : [rests]);
    }

    /// <summary>Lives once more.</summary>
    internal void Start(DateTimeOffset now, ReadOnlySpan<LifeEvent> life) => Live(now, life);

    internal void Terminate(DateTimeOffset now, TimeSpan shutdown)
    {
        TerminatedAt = now;
        Live(now, new LifeEvent(TimeSpan.Zero, InstanceState.Terminating), new LifeEvent(shutdown, State: null));
    }

    private void Live(DateTimeOffset now, params ReadOnlySpan<LifeEvent> turns)
    {
        var age = now - MadeAt;
        var past = _life.Where(turn => turn.After <= age).ToList();
        foreach (var turn in turns)
        {
            past.Add(turn with { After = age + turn.After });
        }

        _life = [.. past];
    }

    private LifeEvent? TurnAt(DateTimeOffset time)
    {
        LifeEvent? last = null;
        var age = time - MadeAt;
        foreach (var turn in _life)
        {
            if (turn.After > age)
            {
                break;
            }

            last = turn;
        }

        return last;
    }

    private static bool HoldsPlace(InstanceState? state) =>
        state is InstanceState.Provisioning or InstanceState.Running or InstanceState.Unknown;

    private Guid? Read(string tag) =>
        _commonTags.TryGetValue(tag, out var text) && Guid.TryParse(text, out var value) ? value : null;

    /// <summary>When notice was given, and of what: a listing that lags does not show it before.</summary>
    private sealed record Notice(DateTimeOffset GivenAt, DateTimeOffset LeavingAt);
}
