using Muster.Core.Health;
using Muster.Health.Keeping;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Keeping;

public sealed class StreakTests
{
    private static readonly HealthCheck Check = Some.Check() with { HealthyAfter = 2, UnhealthyAfter = 3 };

    [Theory]
    [InlineData("", null)]
    [InlineData("+", null)]
    [InlineData("++", Verdict.Healthy)]
    [InlineData("--", null)]
    [InlineData("---", Verdict.Unhealthy)]
    [InlineData("--+-", null)]
    [InlineData("--+--", null)]
    [InlineData("++-", null)]
    [InlineData("---+", null)]
    [InlineData("---++", Verdict.Healthy)]
    [InlineData("--?--", null)]
    [InlineData("??", null)]
    [InlineData("???", Verdict.Unknown)]
    public void A_verdict_needs_so_many_in_a_row(string probes, Verdict? verdict) =>
        Assert.Equal(verdict, After(probes, isInGrace: false).Conclusion(Check));

    [Theory]
    [InlineData("-----", null)]
    [InlineData("?????", null)]
    [InlineData("++", Verdict.Healthy)]
    [InlineData("+-+", null)]
    public void In_its_grace_an_instance_may_fail_and_may_succeed(string probes, Verdict? verdict) =>
        Assert.Equal(verdict, After(probes, isInGrace: true).Conclusion(Check));

    [Fact]
    public void What_failed_in_its_grace_does_not_count_after_it()
    {
        var streak = After("----", isInGrace: true).After(Verdict.Unhealthy, isInGrace: false).After(Verdict.Unhealthy, isInGrace: false);

        Assert.Null(streak.Conclusion(Check));
        Assert.Equal(Verdict.Unhealthy, streak.After(Verdict.Unhealthy, isInGrace: false).Conclusion(Check));
    }

    [Fact]
    public void A_row_may_be_as_long_as_it_likes() =>
        Assert.Equal(Verdict.Healthy, After(new string('+', 10_000), isInGrace: false).Conclusion(Check with { HealthyAfter = 100 }));

    private static Streak After(string probes, bool isInGrace) => probes.Aggregate(default(Streak), (streak, probe) => streak.After(
        probe switch { '+' => Verdict.Healthy, '-' => Verdict.Unhealthy, _ => Verdict.Unknown }, isInGrace));
}
