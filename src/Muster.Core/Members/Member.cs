using System.Collections.Immutable;

using Muster.Core.Health;

namespace Muster.Core.Members;

/// <summary>
/// What Muster remembers of one instance beyond its launch. Whether the instance exists, the cloud alone says: a member whose
/// instance is gone is forgotten.
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

    /// <summary>What sources say of its health, beside the cloud's own state; each source once.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>Whether a person or a program wants it to stay: no plan ends it.</summary>
    public bool IsProtected { get; init; }

    /// <summary>What it waits for before its life goes on, by name; null for nothing.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>When something was last said of it.</summary>
    public DateTimeOffset KnownAt => Findings.Aggregate(Since, (latest, finding) => finding.Since > latest ? finding.Since : latest);

    /// <summary>Whether there is anything to remember that a listing does not say.</summary>
    public bool SaysSomething => Phase is not MemberPhase.InService || !Findings.IsEmpty || IsProtected || WaitsFor is not null;

    /// <summary>By content: record equality would compare the findings by reference.</summary>
    public bool Equals(Member? other) =>
        other is not null && Instance == other.Instance && Cloud == other.Cloud && Phase == other.Phase && Since == other.Since
        && Findings.SequenceEqual(other.Findings) && IsProtected == other.IsProtected && WaitsFor == other.WaitsFor;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Instance, Phase, Since);
}
