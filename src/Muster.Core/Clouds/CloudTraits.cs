using System.Collections.Immutable;

namespace Muster.Core.Clouds;

/// <summary>What a cloud can and cannot do, so that the engine need not ask which cloud it is.</summary>
public sealed record CloudTraits
{
    /// <summary>Instances on one page of a listing.</summary>
    public required int PageSize { get; init; }

    /// <summary>Whether a repeated launch with the same id can never make a second instance.</summary>
    public required bool LaunchTokens { get; init; }

    /// <summary>
    /// Whether a launch id stays spent when its instance is gone from the listing. Where it does not, as on clouds whose
    /// instance names are the tokens, a repeat makes the instance anew: never two at once all the same.
    /// </summary>
    public bool LaunchTokensOutlive { get; init; } = true;

    /// <summary>
    /// Whether two first calls with one launch id at the same moment may make two instances, as where a name is looked up some moments
    /// before it is taken. Only callers that compute their ids can meet so: a server asks once, and a repeat is looked for.
    /// </summary>
    public bool LaunchTokensRace { get; init; }

    /// <summary>
    /// Whether it has interruptible instances (<see cref="LaunchRequest.IsInterruptible"/>). It gives notice where it can, by
    /// <see cref="Instances.Instance.LeavingAt"/>.
    /// </summary>
    public bool Interruptible { get; init; }

    /// <summary>Whether its instances can be stopped and started again: it is an <see cref="IStoppingCloud"/>.</summary>
    public bool Stops { get; init; }

    /// <summary>Whether they can also be suspended: <see cref="IStoppingCloud.CanSuspend"/>.</summary>
    public bool Suspends { get; init; }

    /// <summary>
    /// Whether it lists one that was stopped on order as failed, as it lists one that died, so that only whoever gave the order can tell
    /// them apart.
    /// </summary>
    public bool ListsStoppedAsFailed { get; init; }

    /// <summary>Whether a listing filtered by group costs less than a whole one.</summary>
    public required bool GroupFilter { get; init; }

    /// <summary>Whether <see cref="ICloud.WatchAsync"/> works.</summary>
    public required bool Watches { get; init; }

    /// <summary>How far a listing may lag behind the truth; zero when it never does.</summary>
    public required TimeSpan ListingLagMax { get; init; }

    /// <summary>How long one launch call may take before its outcome is called ambiguous.</summary>
    public TimeSpan LaunchTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>An instance that dies younger than this failed to boot.</summary>
    public TimeSpan BootGrace { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// An instance that is on its way up for longer failed to boot, and is replaced. Counted from what Muster itself wrote down, not from
    /// the cloud's clock.
    /// </summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Longest instance name.</summary>
    public int NameLengthMax { get; init; } = 63;

    /// <summary>Longest tag value.</summary>
    public int TagValueLengthMax { get; init; } = 255;

    /// <summary>Read calls a second unless the configuration says otherwise.</summary>
    public double ReadsPerSecond { get; init; } = 10;

    /// <summary>Write calls a second unless the configuration says otherwise.</summary>
    public double WritesPerSecond { get; init; } = 10;

    /// <summary>Calls that may be made at once after a quiet time.</summary>
    public int Burst { get; init; } = 20;

    /// <summary>
    /// Read calls that may be made within each of these times, where the cloud counts so; they hold beside the rate and the burst, whatever
    /// the configuration says of those. None unless the cloud has some.
    /// </summary>
    public ImmutableArray<CallWindow> ReadWindows { get; init; } = [];

    /// <summary>The same of write calls. A cloud that counts both together divides what it has between them.</summary>
    public ImmutableArray<CallWindow> WriteWindows { get; init; } = [];
}
