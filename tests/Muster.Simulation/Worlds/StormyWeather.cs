using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;

namespace Muster.Simulation.Worlds;

/// <summary>The weather of a simulated cloud in a world with faults.</summary>
/// <param name="traits">The cloud's.</param>
/// <param name="random">Chance.</param>
/// <param name="boots">Chance of how instances boot: of its own, so that all else is as it was without.</param>
/// <param name="neverUp">How many of the instances made while there are faults never come up.</param>
/// <param name="answers">Chance of launches that are answered with a dead instance.</param>
/// <param name="deadAnswers">How many of the launches while there are faults are.</param>
/// <param name="cuts">Chance of launches without an answer that were cut short.</param>
/// <param name="cutShort">How many of them are, where the same launch goes on with what is there.</param>
internal sealed class StormyWeather(
    CloudTraits traits,
    RandomStream random,
    RandomStream boots,
    double neverUp,
    RandomStream answers,
    double deadAnswers,
    RandomStream cuts,
    double cutShort) : ICloudWeather
{
    /// <summary>Instances of this image fail right after they are made.</summary>
    public const string CrashingImage = "crashing";

    private static readonly TimeSpan PageTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TerminateTimeout = TimeSpan.FromSeconds(60);

    private readonly LifeEvent[] _life = new LifeEvent[4];
    private readonly Dictionary<InstanceId, CallFate> _stubborn = [];
    private readonly Dictionary<InstanceId, CallFate> _restless = [];

    /// <summary>How it is now.</summary>
    public Storm Storm { get; set; } = Storm.None;

    /// <summary>Whether nobody reaches the cloud.</summary>
    public bool IsCutOff { get; set; }

    public CallFate Launch(LaunchRequest request)
    {
        var before = Latency(Millis(50), TimeSpan.FromSeconds(4), traits.LaunchTimeout * 0.9);
        if (Refusal(Faults.Quota, Faults.OutOfStock, Faults.Invalid) is { } refusal)
        {
            return new() { Before = before, Refusal = refusal };
        }

        // The effect is never later than the time-out: after that the cloud has dropped the request.
        var late = traits.LaunchTimeout - before;
        if (Hits(Faults.LaunchLost))
        {
            return new()
            {
                Before = before,
                After = random.NextSpan(TimeSpan.Zero, late),
                Loss = Unknown("launch"),
                OutlivesCaller = true,
                IsCutShort = traits.LaunchTokens && cutShort > 0 && cuts.Chance(cutShort),
            };
        }

        if (Hits(Faults.LaunchVoid))
        {
            return new() { Before = before, Refusal = Unknown("launch") };
        }

        if (Hits(Faults.LaunchHangs))
        {
            return random.Chance(0.5)
                ? new() { Before = before, After = traits.LaunchTimeout * 2, OutlivesCaller = true }
                : new() { Before = traits.LaunchTimeout * 2, Refusal = Unknown("launch") };
        }

        return new() { Before = before, After = Millis(random.NextInt(0, 20)), OutlivesCaller = random.Chance(0.7) };
    }

    public CallFate Terminate(InstanceId instance)
    {
        var before = Latency(Millis(20), TimeSpan.FromSeconds(1), TerminateTimeout * 0.9);
        if (Refusal() is { } refusal)
        {
            return new() { Before = before, Refusal = refusal };
        }

        if (Stubbornness(instance, _stubborn, "terminate") is { } stubborn)
        {
            return stubborn with { Before = before };
        }

        if (Hits(Faults.TerminateLost))
        {
            return new() { Before = before, After = TerminateTimeout - before, Loss = Unknown("terminate"), OutlivesCaller = true };
        }

        return Hits(Faults.TerminateVoid)
            ? new() { Before = before, Refusal = Unknown("terminate") }
            : new() { Before = before, OutlivesCaller = random.Chance(0.7) };
    }

    public CallFate Stop(InstanceId instance)
    {
        var before = Latency(Millis(20), TimeSpan.FromSeconds(1), TerminateTimeout * 0.9);
        return Refusal() is { } refusal ? new() { Before = before, Refusal = refusal }
            : Stubbornness(instance, _restless, "stop") is { } stubborn ? stubborn with { Before = before }
            : Power(before, "stop");
    }

    public CallFate Start(InstanceId instance)
    {
        var before = Latency(Millis(20), TimeSpan.FromSeconds(2), TerminateTimeout * 0.9);
        return Refusal(Faults.Quota, Faults.OutOfStock, Faults.Invalid) is { } refusal
            ? new() { Before = before, Refusal = refusal }
            : Power(before, "start");
    }

    public TimeSpan Stopping() => random.NextSpan(TimeSpan.Zero, TimeSpan.FromSeconds(Hits(Faults.Slow) ? 240 : 40));

    public ReadOnlySpan<LifeEvent> Restart()
    {
        // Shorter than after a launch: its disk is there already.
        var up = random.NextSpan(Millis(100), traits.BootGrace * 0.2);
        _life[0] = new(TimeSpan.Zero, InstanceState.Provisioning);
        if (Storm != Storm.None && boots.Chance(neverUp))
        {
            _life[0] = new(TimeSpan.Zero, InstanceState.Failed) { Shown = InstanceState.Provisioning };
            return _life.AsSpan(0, 1);
        }

        _life[1] = new(up, InstanceState.Running);
        return Hits(Faults.DieYoung) ? random.Chance(0.5) ? End(1, up) : End(2, up + random.NextSpan(Millis(100), traits.BootGrace))
            : Hits(Faults.DieOld) ? End(2, up + random.NextSpan(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(40)))
            : _life.AsSpan(0, 2);
    }

    public bool RefusesStopOnTheWayUp() => random.Chance(0.5);

    public CallFate Page()
    {
        var before = Latency(Millis(5), Millis(200), PageTimeout);
        return Refusal() is { } refusal
            ? new() { Before = before, Refusal = refusal }
            : new()
            {
                Before = before,
                CutsListing = Hits(Faults.CutListings) && random.Chance(0.3),
                IgnoresFilter = Hits(Faults.SloppyListings),
                Lag = traits.ListingLagMax * random.NextUnit(),
            };
    }

    public ReadOnlySpan<LifeEvent> Life(LaunchRequest request)
    {
        var up = random.NextSpan(Millis(200), traits.BootGrace * 0.5);
        _life[0] = new(TimeSpan.Zero, InstanceState.Provisioning);
        if (request.Template.Image == CrashingImage)
        {
            _life[1] = new(up, InstanceState.Failed);
            return _life.AsSpan(0, 2);
        }

        if (Storm != Storm.None && boots.Chance(neverUp))
        {
            _life[0] = new(TimeSpan.Zero, InstanceState.Failed) { Shown = InstanceState.Provisioning };
            return _life.AsSpan(0, 1);
        }

        if (Storm != Storm.None && answers.Chance(deadAnswers))
        {
            _life[0] = new(TimeSpan.Zero, answers.Pick(InstanceState.Failed, InstanceState.Stopped));
            return _life.AsSpan(0, 1);
        }

        _life[1] = new(up, InstanceState.Running);
        if (Hits(Faults.DieYoung))
        {
            // Sometimes it never comes up at all.
            var dies = random.NextSpan(Millis(100), traits.BootGrace);
            return random.Chance(0.3) ? End(1, dies) : End(2, up + dies);
        }

        var later = up + random.NextSpan(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(40));
        if (Hits(Faults.DieOld))
        {
            return End(2, later);
        }

        if (!Hits(Faults.Unknown))
        {
            return _life.AsSpan(0, 2);
        }

        _life[2] = new(later, InstanceState.Unknown);
        var known = later + random.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        if (random.Chance(0.4))
        {
            return End(3, known);
        }

        _life[3] = new(known, InstanceState.Running);
        return _life;
    }

    public TimeSpan Shutdown() => random.NextSpan(TimeSpan.Zero, TimeSpan.FromSeconds(60));

    public bool LosesHint() => Hits(Faults.LostHints);

    public TimeSpan? HintsBreakAfter() =>
        Storm[Faults.LostHints] > 0 ? random.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20)) : null;

    private CallFate Power(TimeSpan before, string call) =>
        Hits(Faults.TerminateLost)
            ? new() { Before = before, After = TerminateTimeout - before, Loss = Unknown(call), OutlivesCaller = true }
        : Hits(Faults.TerminateVoid) ? new() { Before = before, Refusal = Unknown(call) }
        : new() { Before = before, OutlivesCaller = random.Chance(0.7) };

    /// <summary>What an instance answers that does not obey while there are faults: always the same. Null for one that does.</summary>
    private CallFate? Stubbornness(InstanceId instance, Dictionary<InstanceId, CallFate> known, string call)
    {
        if (Storm == Storm.None)
        {
            return null;
        }

        if (!known.TryGetValue(instance, out var fate) && (fate = DrawStubbornness(call)) is not null)
        {
            known.Add(instance, fate);
        }

        return fate;
    }

    private CallFate? DrawStubbornness(string call) =>
        Hits(Faults.Inert) ? new() { IsInert = true }
        : Hits(Faults.Refusing) ? new()
        {
            Refusal = random.Pick(
                new CloudException(CloudErrorKind.InvalidRequest, "protected from deletion"),
                new CloudException(CloudErrorKind.InvalidRequest, "protected from deletion"),
                new CloudException(CloudErrorKind.QuotaExceeded, "too many deletions"),
                new CloudException(CloudErrorKind.NotFound, "not here"),
                new CloudException(CloudErrorKind.Unauthorized, "not yours to delete"),
                new CloudException(CloudErrorKind.Unavailable, "its host is down"),
                Unknown(call)),
        }
        : null;

    private static TimeSpan Millis(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static CloudException Unknown(string call) =>
        new(CloudErrorKind.Ambiguous, $"the connection broke before the {call} was answered");

    private bool Hits(Faults fault) => Storm[fault] > 0 && random.Chance(Storm[fault]);

    private TimeSpan Latency(TimeSpan min, TimeSpan max, TimeSpan slowest) =>
        random.NextSpan(min, Hits(Faults.Slow) ? slowest : max < slowest ? max : slowest);

    private Span<LifeEvent> End(int index, TimeSpan after)
    {
        InstanceState? state = random.NextInt(0, 2) switch { 0 => InstanceState.Failed, 1 => InstanceState.Stopped, _ => null };
        _life[index] = new(after, state);
        return _life.AsSpan(0, index + 1);
    }

    private CloudException? Refusal(params ReadOnlySpan<Faults> faults)
    {
        if (Hits(Faults.Throttled))
        {
            TimeSpan? retryAfter = random.Chance(0.7) ? random.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90)) : null;
            return new(CloudErrorKind.Throttled, "too many calls", retryAfter);
        }

        if (IsCutOff || Hits(Faults.Unavailable))
        {
            return new(CloudErrorKind.Unavailable, "the cloud is down");
        }

        if (Hits(Faults.Unauthorized))
        {
            return new(CloudErrorKind.Unauthorized, "the credential is refused");
        }

        foreach (var fault in faults)
        {
            if (Hits(fault))
            {
                return fault switch
                {
                    Faults.Quota => new(CloudErrorKind.QuotaExceeded, "the quota is used up"),
                    Faults.OutOfStock => new(CloudErrorKind.OutOfStock, "none of this size is left"),
                    _ => new(CloudErrorKind.InvalidRequest, "the template is not right"),
                };
            }
        }

        return null;
    }
}
