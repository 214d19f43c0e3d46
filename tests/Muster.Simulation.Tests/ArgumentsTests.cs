namespace Muster.Simulation.Tests;

/// <summary>The command line of <c>./simulate</c>.</summary>
public sealed class ArgumentsTests
{
    [Theory]
    [InlineData("--seed 7", 1000, 1, 7UL, false)]
    [InlineData("--seed 7 --trace", 1000, 1, 7UL, true)]
    [InlineData("--seeds 20 --from 5", 20, 5, null, false)]
    [InlineData("", 1000, 1, null, false)]
    public void What_is_asked_for_is_understood(string line, int seeds, int from, ulong? seed, bool trace) =>
        Assert.Equal(new Arguments(seeds, (ulong)from, seed, trace), Arguments.Parse(Words(line)));

    [Fact]
    public void Only_worlds_with_policies_may_be_asked_for() =>
        Assert.Equal(new Arguments(20, 1, null, Trace: false, Policies: true), Arguments.Parse(Words("--seeds 20 --policies")));

    [Fact]
    public void Only_worlds_with_gates_may_be_asked_for() =>
        Assert.Equal(new Arguments(20, 1, null, Trace: false, Gates: true), Arguments.Parse(Words("--seeds 20 --gates")));

    [Fact]
    public void Only_worlds_with_pools_may_be_asked_for() =>
        Assert.Equal(new Arguments(20, 1, null, Trace: false, Pools: true), Arguments.Parse(Words("--seeds 20 --pools")));

    [Theory]
    [InlineData("--seed 7 --policies")]
    [InlineData("--seed 7 --pools")]
    [InlineData("--seed 7 --gates")]
    [InlineData("--seed 7 --seeds 20")]
    [InlineData("--seeds 20 --seed 7")]
    [InlineData("--seed 7 --from 5")]
    [InlineData("--seeds 20 --trace")]
    [InlineData("--seeds 0")]
    [InlineData("--seeds")]
    [InlineData("--seed x")]
    [InlineData("7")]
    public void What_would_go_unheard_is_refused(string line) => Assert.Null(Arguments.Parse(Words(line)));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
