using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>
/// How instances leave their load balancers before they are terminated; what is left out keeps its default, or stays as it is.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DrainInput
{
    /// <summary>The <see cref="DeadlineS"/> that removes the drain.</summary>
    public const double Off = 0;

    /// <summary>
    /// Seconds, 1 to 172800, after which an instance is terminated, drained or not; 300 when left out. 0 removes the drain.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DeadlineS { get; init; }

    /// <summary>Seconds that are waited at least, 0 to the deadline; 0 when left out. Not 0 where nothing is left through.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WaitS { get; init; }

    /// <summary>The sources of traffic that an instance leaves, by name, at most 10, all of them in place of those there are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Through { get; init; }

    /// <summary>By content: record equality would compare the names by reference.</summary>
    public bool Equals(DrainInput? other) =>
        other is not null && DeadlineS == other.DeadlineS && WaitS == other.WaitS
        && (Through is null ? other.Through is null : other.Through is not null && Through.SequenceEqual(other.Through));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DeadlineS, WaitS, Through?.Count);
}
