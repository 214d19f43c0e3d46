using System.Collections.Immutable;

namespace Muster.Core.Instances;

/// <summary>Muster's own words for what a cloud says of an instance.</summary>
public enum InstanceState
{
    /// <summary>On its way up. Counts towards the level.</summary>
    Provisioning,

    /// <summary>Up. Counts towards the level.</summary>
    Running,

    /// <summary>Exists, does not run, and nobody asked Muster to stop it. Replaced.</summary>
    Stopped,

    /// <summary>Broken for good. Replaced.</summary>
    Failed,

    /// <summary>On its way out. Neither counts nor is touched again.</summary>
    Terminating,

    /// <summary>The cloud cannot tell. Holds its place: it is neither counted as running nor replaced.</summary>
    Unknown,

    /// <summary>
    /// In its group's warm pool, on the way there or at rest (<see cref="Instance.Warmth"/>). No cloud says so: it is how a group counts
    /// it.
    /// </summary>
    Warm,
}

/// <summary>How far an instance of a warm pool is.</summary>
public enum Warmth
{
    /// <summary>Launched for the pool, and on its way up.</summary>
    Warming,

    /// <summary>Launched for the pool, up, and not told to rest yet: it may as well serve.</summary>
    Ready,

    /// <summary>Told to rest, and nothing is seen of that yet.</summary>
    Settling,

    /// <summary>On its way to rest, as its cloud says.</summary>
    Stopping,

    /// <summary>At rest.</summary>
    Resting,
}

/// <summary>What the cloud says exists, with the tags by which Muster knows it.</summary>
public sealed record Instance
{
    // Notice given earlier is waited with: what is to go later than this still works for long.
    private static readonly TimeSpan NoticeMax = TimeSpan.FromMinutes(15);

    // One that is still there so long after it was to go stays, and counts again.
    private static readonly TimeSpan OverdueMax = TimeSpan.FromMinutes(2);

    /// <summary>The cloud's own id.</summary>
    public required InstanceId Id { get; init; }

    /// <summary>The name it was launched with.</summary>
    public required string Name { get; init; }

    /// <summary>Mapped from the cloud's own state.</summary>
    public required InstanceState State { get; init; }

    /// <summary>The cloud's own word for the state, and why where it says so: <c>exited with code 1</c>.</summary>
    public string? StateDetail { get; init; }

    /// <summary>
    /// Whether the cloud refuses to end it until somebody there lifts that. It counts as its state says, and is no plan's victim.
    /// </summary>
    public bool IsProtected { get; init; }

    /// <summary>
    /// Of one that does not run: true where the cloud says that an order to it stopped the instance, whoever gave that, and false where it
    /// stopped by itself or by the cloud's doing. Null where the cloud does not tell, and of every one that runs.
    /// </summary>
    public bool? StoppedOnOrder { get; init; }

    /// <summary>
    /// Whether its launch has not come to its last step: it is under way, or was cut short. The same launch, asked again, goes on with it.
    /// </summary>
    public bool IsHalfMade { get; init; }

    /// <summary>
    /// When the cloud will take it back, of one that it has given notice to; null of all others. It still works until then, and its
    /// place is given to another at once.
    /// </summary>
    public DateTimeOffset? LeavingAt { get; init; }

    /// <summary>
    /// Whether its cloud says that it lives, and it counts as failed all the same: it did not come up, or never worked, in its time, or
    /// a hook gave it up. It runs and costs until it is gone.
    /// </summary>
    public bool IsGivenUp { get; init; }

    /// <summary>How far it is, of one in its group's warm pool; null of all others.</summary>
    public Warmth? Warmth { get; init; }

    /// <summary>When the cloud made it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Every tag it carries, Muster's and others'.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }

    /// <summary>The part of the cloud where it is, in the cloud's own words; null where the cloud has none, or does not say.</summary>
    public string? Zone { get; init; }

    /// <summary>Where it is reached, best first.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>What only this kind of cloud tells; for <c>local</c>: <c>pid</c>, <c>port</c>.</summary>
    public ImmutableSortedDictionary<string, string> Attributes { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether it counts towards the level.</summary>
    public bool IsLive => State is InstanceState.Provisioning or InstanceState.Running;

    /// <summary>Whether it exists and never will work again by itself.</summary>
    public bool IsDead => State is InstanceState.Stopped or InstanceState.Failed;

    /// <summary>Whether it works, and its cloud will take it back so soon that its place goes to another.</summary>
    /// <param name="now">When that is asked.</param>
    public bool IsLeaving(DateTimeOffset now) => IsLive && LeavingAt is { } at && HasNotice(now) && at + OverdueMax > now;

    /// <summary>Whether its cloud has said that it will take it back soon, or should have done so.</summary>
    /// <param name="now">When that is asked.</param>
    public bool HasNotice(DateTimeOffset now) => LeavingAt is { } at && at <= now + NoticeMax;
}
