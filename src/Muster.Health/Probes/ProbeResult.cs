using Muster.Core.Health;
using Muster.Outbound;

namespace Muster.Health.Probes;

/// <summary>What one probe comes to.</summary>
/// <param name="Verdict">Unknown where it could not be made, which is nobody's fault but ours.</param>
/// <param name="Why">Why it is not healthy, in plain words, at most <see cref="Finding.DetailMax"/> characters; null when it is.</param>
public readonly record struct ProbeResult(Verdict Verdict, string? Why)
{
    /// <summary>How busy it is, where the answer says so in the header that the group names.</summary>
    public double? Load { get; init; }

    // What is cut ends in three dots.
    private const int WhyMax = Finding.DetailMax - 3;

    /// <summary>Why it is not healthy, as figures tell it; of no meaning when it is.</summary>
    public ProbeReason Reason { get; private init; }

    /// <summary>It answered as it should.</summary>
    public static ProbeResult Healthy => new(Verdict.Healthy, null);

    /// <summary>It did not.</summary>
    public static ProbeResult Unhealthy(string why, ProbeReason reason = ProbeReason.Answer) =>
        new(Verdict.Unhealthy, ForeignText.Shown(why, WhyMax)) { Reason = reason };

    /// <summary>It could not be asked.</summary>
    public static ProbeResult Unknown(string why, ProbeReason reason = ProbeReason.Other) =>
        new(Verdict.Unknown, ForeignText.Shown(why, WhyMax)) { Reason = reason };

    /// <summary>By what is said: the reason for figures is made of that.</summary>
    public bool Equals(ProbeResult other) => Verdict == other.Verdict && Why == other.Why;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Verdict, Why);
}
