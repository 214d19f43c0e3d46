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

    /// <summary>It answered as it should.</summary>
    public static ProbeResult Healthy => new(Verdict.Healthy, null);

    /// <summary>It did not.</summary>
    public static ProbeResult Unhealthy(string why) => new(Verdict.Unhealthy, ForeignText.Shown(why, WhyMax));

    /// <summary>It could not be asked.</summary>
    public static ProbeResult Unknown(string why) => new(Verdict.Unknown, ForeignText.Shown(why, WhyMax));
}
