using System.Collections.Immutable;

namespace Muster.Core.Life;

/// <summary>
/// How an instance leaves its load balancers before it is terminated. Valid when made by <see cref="DrainRules"/>.
/// </summary>
public sealed record Drain
{
    /// <summary>How long it may take; after that the instance is terminated all the same.</summary>
    public TimeSpan Deadline { get; init; } = DrainRules.DeadlineDefault;

    /// <summary>How long is waited at least, unless somebody answers for the instance; at most <see cref="Deadline"/>.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The sources of traffic that it leaves, by name; none for a plain wait.</summary>
    public ImmutableArray<string> Through { get; init; } = [];

    /// <summary>Silence means that it goes on; with nobody who could say anything, there is nothing but the wait.</summary>
    internal GateTerms Gate => new(Gates.Drain, Through.IsEmpty ? Wait : Deadline, Members.GateAnswer.Continue, Wait);

    /// <summary>By content: record equality would compare the names by reference.</summary>
    public bool Equals(Drain? other) =>
        other is not null && Deadline == other.Deadline && Wait == other.Wait && Through.SequenceEqual(other.Through);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Deadline, Wait, Through.Length);
}
