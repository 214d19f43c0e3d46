namespace Muster.Core.Launches;

/// <summary>What is known of a launch.</summary>
/// <remarks>
/// <code>
/// Intended ──► Accepted ──► Seen ──► Settled
///    │  │          │          └────► DiedYoung
///    │  │          └───────────────► DiedYoung   (never listed, or listed dead; see IsBornDead)
///    │  └────────► Seen                          (an ambiguous answer, found again)
///    ├──► Failed                                 (the cloud said no: it did not happen)
///    └──► Expired                                (nobody knows, and it was never seen)
/// </code>
/// </remarks>
public enum LaunchPhase
{
    /// <summary>Written down; the call's outcome is not known.</summary>
    Intended,

    /// <summary>The cloud answered with an instance.</summary>
    Accepted,

    /// <summary>A listing showed the instance alive.</summary>
    Seen,

    /// <summary>Lived past its boot grace: a success, closed.</summary>
    Settled,

    /// <summary>Failed, stopped or vanished within its boot grace: it counts as a failed launch, closed.</summary>
    DiedYoung,

    /// <summary>The cloud refused: it certainly did not happen. Closed.</summary>
    Failed,

    /// <summary>Never seen within its expiry. Closed.</summary>
    Expired,
}

/// <summary>
/// One intent to create one instance, written down before the cloud is called. All that a repeat of the call needs is in it.
/// </summary>
public sealed record Launch
{
    /// <summary>Travels with the call as tag and client token.</summary>
    public required LaunchId Id { get; init; }

    /// <summary>The group it is for.</summary>
    public required GroupId Group { get; init; }

    /// <summary>The template it was made from.</summary>
    public required TemplateId Template { get; init; }

    /// <summary>The placement it is for; null for that of a group that has only one.</summary>
    public string? Placement { get; init; }

    /// <summary>
    /// The cloud of its template, where the store says so; null where that goes without saying, since the group lives on one cloud.
    /// </summary>
    public string? Cloud { get; init; }

    /// <summary>The instance's name, unique by the launch id.</summary>
    public required string InstanceName { get; init; }

    /// <summary>
    /// The tags that neither its template nor its ids say: the group's name at that time, and how the id was made. Null for one that was
    /// written down before they were kept.
    /// </summary>
    public LaunchTags? Tags { get; init; }

    /// <summary>What is known.</summary>
    public LaunchPhase Phase { get; init; } = LaunchPhase.Intended;

    /// <summary>When the intent was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the phase last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The instance, from <see cref="LaunchPhase.Accepted"/> on.</summary>
    public InstanceId? Instance { get; init; }

    /// <summary>Calls made for this launch: more than one when an unknown outcome was asked again by its token.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Why it ended badly, in words; null otherwise.</summary>
    public string? Failure { get; init; }

    /// <summary>Why it was started: the plan's reason.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// Whether the cloud answered with an instance that was dead already. It takes no place and has been told and counted as a failure; it
    /// is open until a look that must show it has shown what is left of it, so that no group ends before that is removed.
    /// </summary>
    public bool IsBornDead => Phase is LaunchPhase.Accepted && Failure is not null;

    /// <summary>Whether its instance was made for the group's warm pool, and not for its level.</summary>
    public bool IsForPool => Tags?.Values.ContainsKey(Instances.MusterTags.Pool) is true;

    /// <summary>Whether it can still change: the ledger's open entries.</summary>
    public bool IsOpen => IsOpenIn(Phase);

    /// <summary>Whether a launch in that phase can still change.</summary>
    public static bool IsOpenIn(LaunchPhase phase) => phase is LaunchPhase.Intended or LaunchPhase.Accepted or LaunchPhase.Seen;
}
