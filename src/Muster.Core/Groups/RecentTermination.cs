namespace Muster.Core.Groups;

/// <summary>
/// What is remembered of an instance that was told to end: written down before the cloud is called, like a launch, and kept until the
/// instance is gone.
/// </summary>
/// <remarks>
/// <code>
/// asked ──► taken by the cloud ──► gone
///   │ ▲               │
///   │ └── due again ◄─┤
///   └──► waiting ◄────┘     (refused, or still listed after a while: each time the wait is longer)
/// </code>
/// </remarks>
/// <param name="Instance">Which.</param>
/// <param name="At">When it was last written down, and then when its outcome was known: from there on the listing's lag counts.</param>
/// <param name="Reason">Why: the plan's reason.</param>
/// <param name="IsTold">Whether the cloud has taken the order, and the audit trail has learned that.</param>
public sealed record RecentTermination(InstanceId Instance, DateTimeOffset At, string Reason, bool IsTold)
{
    /// <summary>Its cloud; null for the cloud of a group that lives on one.</summary>
    public string? Cloud { get; init; }

    /// <summary>When its end was first asked for; null when that was at <see cref="At"/>.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>How often in a row it did not end; the exponent of its own back-off.</summary>
    public int Failures { get; init; }

    /// <summary>Why it did not end the last time, in words; null while it never was so.</summary>
    public string? Failure { get; init; }

    /// <summary>When its end is asked for again; null while the last order is under way.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Whether an order is under way: given, or about to be, and not known to have failed.</summary>
    public bool IsUnderWay => RetryAt is null;

    /// <summary>
    /// Whether the instance counts as ending, whatever a listing shows. Once an order had no effect, a next one is not believed until the
    /// listing agrees.
    /// </summary>
    public bool IsBelieved => IsUnderWay && Failures == 0;

    /// <summary>Since when it should be ending.</summary>
    public DateTimeOffset Since => FirstAt ?? At;
}
