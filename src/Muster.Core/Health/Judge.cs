using System.Collections.Immutable;
using System.Diagnostics;

using Muster.Core.Instances;

namespace Muster.Core.Health;

/// <summary>Says what an instance's health comes to, from all that is said of it. Pure, and the one place that does.</summary>
/// <remarks>
/// Life and health are two things: a state says what the cloud does with an instance, a verdict whether it works. One source that is sure
/// of the worst is enough; a source that cannot tell takes nothing away from those that can, and alone it kills nobody.
/// </remarks>
public static class Judge
{
    /// <summary>What the cloud's own state says of its health.</summary>
    public static Verdict Of(InstanceState state) => state switch
    {
        InstanceState.Running => Verdict.Healthy,
        InstanceState.Stopped or InstanceState.Failed => Verdict.Unhealthy,
        InstanceState.Provisioning or InstanceState.Terminating or InstanceState.Unknown or InstanceState.Warm => Verdict.Unknown,
        _ => throw new UnreachableException($"instance state {state}"),
    };

    /// <summary>What sources beside the cloud say of it; unknown where none says anything.</summary>
    /// <param name="findings">Of each source one.</param>
    /// <param name="now">The instant: what a source said may hold no longer.</param>
    public static Verdict Of(ImmutableArray<Finding> findings, DateTimeOffset now)
    {
        var verdict = Verdict.Unknown;
        foreach (var finding in findings)
        {
            verdict = Worse(verdict, finding.At(now));
        }

        return verdict;
    }

    /// <summary>The verdict on an instance.</summary>
    /// <param name="state">What the cloud says.</param>
    /// <param name="findings">What others say; none where nobody else was asked.</param>
    /// <param name="now">The instant.</param>
    public static Verdict Of(InstanceState state, ImmutableArray<Finding> findings, DateTimeOffset now) =>
        Worse(Of(state), Of(findings, now));

    private static Verdict Worse(Verdict one, Verdict other) => (one, other) switch
    {
        (Verdict.Unhealthy, _) or (_, Verdict.Unhealthy) => Verdict.Unhealthy,
        (Verdict.Healthy, _) or (_, Verdict.Healthy) => Verdict.Healthy,
        _ => Verdict.Unknown,
    };
}
