namespace Muster.Core.Members;

/// <summary>
/// What the engine itself remembers of one instance beyond its launch. Whether the instance exists, the cloud alone says: a member whose
/// instance is gone is forgotten. What others say of it is its <see cref="MemberNote"/>.
/// </summary>
/// <remarks>
/// Launches have a memory of their own until they are over (<see cref="Launches.Launch"/>), and orders to end as well
/// (<see cref="Groups.RecentTermination"/>). An instance of which there is nothing to say has no member, so that a
/// healthy group keeps none.
/// </remarks>
public sealed record Member
{
    /// <summary>Which instance.</summary>
    public required InstanceId Instance { get; init; }

    /// <summary>Its cloud; null for the cloud of a group that lives on one.</summary>
    public string? Cloud { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required MemberPhase Phase { get; init; }

    /// <summary>Since when it is in that phase, by Muster's clock, since a cloud's may be wrong.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How often in a row it did not come to rest, or up from it, as it was told; the exponent of its own back-off.</summary>
    public int Failures { get; init; }

    /// <summary>
    /// When it may be told again to rest, or to start; null for at any time. Of one that is starting, until when it may be listed at rest;
    /// of one that drained and is not listed any more, until when a listing may be older than its end.
    /// </summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Whether there is anything to remember that a listing does not say, nor an open launch.</summary>
    public bool SaysSomething => Phase is not MemberPhase.InService;
}
