using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Health;

public sealed class JudgeTests
{
    private static readonly Gen<ImmutableArray<Finding>> Findings =
        from verdicts in Gen.Enum<Verdict>().Array[0, 5]
        select verdicts.Select((verdict, number) => new Finding($"source-{number}", verdict, Some.Now)).ToImmutableArray();

    [Theory]
    [InlineData(InstanceState.Running, Verdict.Healthy)]
    [InlineData(InstanceState.Stopped, Verdict.Unhealthy)]
    [InlineData(InstanceState.Failed, Verdict.Unhealthy)]
    [InlineData(InstanceState.Provisioning, Verdict.Unknown)]
    [InlineData(InstanceState.Terminating, Verdict.Unknown)]
    [InlineData(InstanceState.Unknown, Verdict.Unknown)]
    public void The_clouds_own_state_is_a_finding_like_any_other(InstanceState state, Verdict verdict) =>
        Assert.Equal(verdict, Judge.Of(state, [], Some.Now));

    [Fact]
    public void One_source_that_is_sure_of_the_worst_is_enough() =>
        Assert.Equal(
            Verdict.Unhealthy,
            Judge.Of(InstanceState.Running, [Says("http", Verdict.Healthy), Says("haproxy", Verdict.Unhealthy)], Some.Now));

    [Fact]
    public void A_source_that_cannot_tell_changes_nothing() =>
        Assert.Equal(Verdict.Healthy, Judge.Of(InstanceState.Running, [Says("http", Verdict.Unknown)], Some.Now));

    [Fact]
    public void Unknown_kills_nobody() => Findings.Sample(findings =>
    {
        var (state, verdict) = (InstanceState.Unknown, Judge.Of(InstanceState.Unknown, findings, Some.Now));
        return verdict is not Verdict.Unhealthy || findings.Any(finding => finding.Verdict is Verdict.Unhealthy)
            || Judge.Of(state) is Verdict.Unhealthy;
    });

    [Fact]
    public void The_order_of_findings_says_nothing() => Gen.Select(Gen.Enum<InstanceState>(), Findings).Sample((state, findings) =>
        Judge.Of(state, findings, Some.Now) == Judge.Of(state, [.. findings.Reverse()], Some.Now));

    [Fact]
    public void What_a_source_said_holds_until_it_expires_and_silence_is_unknown_until_a_listener_notes_it()
    {
        var probe = Says("probe", Verdict.Unhealthy) with { ExpiresAt = Some.Now.AddMinutes(1) };
        var heartbeat = Says("report", Verdict.Healthy) with { ExpiresAt = Some.Now.AddMinutes(1), Ttl = TimeSpan.FromMinutes(1) };

        Assert.Equal(Verdict.Unhealthy, Judge.Of([probe], Some.Now));
        Assert.Equal(Verdict.Unknown, Judge.Of([probe], Some.Now.AddMinutes(1)));
        Assert.Equal(Verdict.Healthy, Judge.Of([heartbeat], Some.Now));
        Assert.Equal(Verdict.Unknown, Judge.Of([heartbeat], Some.Now.AddMinutes(1)));
        Assert.Equal(Verdict.Unhealthy, Judge.Of([heartbeat.Stopped()], Some.Now.AddMinutes(1)));
    }

    private static Finding Says(string source, Verdict verdict) => new(source, verdict, Some.Now);
}
