using System.Collections.Immutable;

using Muster.Core.Health;

namespace Muster.Core.Members;

/// <summary>What people and sources of health say of one instance. It stands beside its group, as claims do: no check writes it.</summary>
/// <remarks>An instance of which nobody has said anything has none.</remarks>
public sealed record MemberNote
{
    /// <summary>Which instance.</summary>
    public required InstanceId Instance { get; init; }

    /// <summary>On which of the group's clouds.</summary>
    public required string Cloud { get; init; }

    /// <summary>What sources say of its health, beside the cloud's own state; each source once, by name.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>Since when a source found it healthy, the last time that one began to; null before the first.</summary>
    public DateTimeOffset? ServedAt { get; init; }

    /// <summary>Whether a person or a program wants it to stay: no plan ends it.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Whether it is taken out of the group's count for a while, and left alone.</summary>
    public bool IsStandby { get; init; }

    /// <summary>Why somebody wants it gone, in words; null of all that may stay. Nobody takes that back.</summary>
    public string? UnwantedFor { get; init; }

    /// <summary>What was said to gates that it waits at, or waited at; of each gate the last word.</summary>
    public ImmutableArray<GateWord> Gates { get; init; } = [];

    /// <summary>
    /// Why it is let go, in words; null of all others. From then on it neither counts nor is ended, its tags come off, and nobody takes
    /// that back.
    /// </summary>
    public string? DetachedFor { get; init; }

    /// <summary>
    /// Why it is being taken in, in words; null of all others. Until the level counts it as well, it neither counts nor is ended.
    /// </summary>
    public string? AttachingFor { get; init; }

    /// <summary>
    /// When somebody took back that it was to end; null where nobody did. A drain that began before is cancelled, and where the group
    /// shrinks others go first.
    /// </summary>
    public DateTimeOffset? KeptAt { get; init; }

    /// <summary>
    /// When somebody outside said something of it last that a check goes by; null before. A group's state says up to when all was heard.
    /// </summary>
    public DateTimeOffset? SaidAt { get; init; }

    /// <summary>Whether it is on its way into the group or out of it, alive.</summary>
    public bool IsMoving => DetachedFor is not null || AttachingFor is not null;

    /// <summary>Whether there is anything to remember.</summary>
    public bool SaysSomething =>
        !Findings.IsEmpty || !Gates.IsEmpty || IsProtected || IsStandby || UnwantedFor is not null || ServedAt is not null || IsMoving
        || KeptAt is not null || SaidAt is not null;

    /// <summary>By content: record equality would compare the findings by reference.</summary>
    public bool Equals(MemberNote? other) =>
        other is not null && Instance == other.Instance && Cloud == other.Cloud && Findings.SequenceEqual(other.Findings)
        && ServedAt == other.ServedAt && IsProtected == other.IsProtected && IsStandby == other.IsStandby
        && UnwantedFor == other.UnwantedFor && Gates.SequenceEqual(other.Gates)
        && DetachedFor == other.DetachedFor && AttachingFor == other.AttachingFor && KeptAt == other.KeptAt && SaidAt == other.SaidAt;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Instance, Cloud, IsProtected);
}
