namespace Muster.Core.Instances;

/// <summary>A group's instances, counted.</summary>
public sealed record InstanceCounts
{
    /// <summary>Up.</summary>
    public int Running { get; init; }

    /// <summary>Those of <see cref="Running"/> that do not work, as a source of health says.</summary>
    public int Unhealthy { get; init; }

    /// <summary>Those that run, without those of them that do not work.</summary>
    public int InService => Running - Unhealthy;

    /// <summary>Whether most of those that run do not work: <see cref="IsMost"/>.</summary>
    public bool IsMostlyUnhealthy => IsMost(Unhealthy, Running);

    /// <summary>
    /// Whether so many unhealthy ones are most of a group: two or more, and more than half of those that run. One alone is no crowd.
    /// </summary>
    public static bool IsMost(int unhealthy, int running) => unhealthy >= 2 && unhealthy * 2 > running;

    /// <summary>On their way up, as listed.</summary>
    public int Provisioning { get; init; }

    /// <summary>Launched and not listed yet.</summary>
    public int Pending { get; init; }

    /// <summary>Stopped or failed.</summary>
    public int Dead { get; init; }

    /// <summary>On their way out.</summary>
    public int Terminating { get; init; }

    /// <summary>On their way out, and not told to end yet: their gates hold them.</summary>
    public int Draining { get; init; }

    /// <summary>At rest in the warm pool.</summary>
    public int Warm { get; init; }

    /// <summary>On their way into the warm pool, launches that are pending among them.</summary>
    public int Warming { get; init; }

    /// <summary>Those the cloud cannot tell about.</summary>
    public int Unknown { get; init; }

    /// <summary>Those that count towards the level: running and provisioning.</summary>
    public int Live => Running + Provisioning;

    /// <summary>Whether there are any.</summary>
    public bool Any => this is not
    {
        Running: 0, Provisioning: 0, Pending: 0, Dead: 0, Terminating: 0, Draining: 0, Unknown: 0, Warm: 0, Warming: 0,
    };

    /// <summary>Whether there is nothing but those that run and work.</summary>
    public bool AllInService => this is
    {
        Unhealthy: 0, Provisioning: 0, Pending: 0, Dead: 0, Terminating: 0, Draining: 0, Unknown: 0, Warm: 0, Warming: 0,
    };

    /// <summary>Both together.</summary>
    public static InstanceCounts operator +(InstanceCounts one, InstanceCounts other) => new()
    {
        Running = one.Running + other.Running,
        Unhealthy = one.Unhealthy + other.Unhealthy,
        Provisioning = one.Provisioning + other.Provisioning,
        Pending = one.Pending + other.Pending,
        Dead = one.Dead + other.Dead,
        Terminating = one.Terminating + other.Terminating,
        Draining = one.Draining + other.Draining,
        Unknown = one.Unknown + other.Unknown,
        Warm = one.Warm + other.Warm,
        Warming = one.Warming + other.Warming,
    };
}
