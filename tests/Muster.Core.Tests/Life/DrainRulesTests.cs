using System.Collections.Immutable;

using Muster.Core.Life;

namespace Muster.Core.Tests.Life;

public sealed class DrainRulesTests
{
    [Fact]
    public void Nothing_asked_is_no_drain_and_leaves_what_is_there()
    {
        var drain = new Drain { Wait = TimeSpan.FromSeconds(9) };

        Assert.Null(Resolve(null));
        Assert.Same(drain, Resolve(null, drain));
        Assert.Null(Resolve(new() { IsNone = true }, drain));
    }

    [Fact]
    public void What_is_left_out_stays_and_the_deadline_is_five_minutes_unless_somebody_says()
    {
        var first = Resolve(new() { Through = ["lb", "consul"] })!;
        var next = Resolve(new() { WaitSeconds = 2.5 }, first)!;

        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.Zero), (first.Deadline, first.Wait));
        Assert.Equal(["lb", "consul"], next.Through);
        Assert.Equal(TimeSpan.FromSeconds(2.5), next.Wait);
        Assert.NotEqual(first, next);
        Assert.Equal(first, Resolve(new() { Through = ["lb", "consul"] }));
    }

    [Fact]
    public void A_longer_wait_takes_the_deadline_along_unless_that_is_said() => Assert.Equal(
        TimeSpan.FromMinutes(10), Resolve(new() { WaitSeconds = 600 })!.Deadline);

    [Fact]
    public void All_that_is_wrong_is_said_at_once() => Assert.Equal(
        ["drain.wait_s", "drain.deadline_s", "drain.through", "drain.through"],
        Errors(new() { WaitSeconds = -1, DeadlineSeconds = 0.5, Through = ["a b", "lb", "lb"] }).Select(error => error.Field));

    [Theory]
    [InlineData(10.0, 20.0, "drain.wait_s", "at most the deadline, 10s")]
    [InlineData(200_000.0, 1.0, "drain.deadline_s", "1 to 172800 seconds")]
    [InlineData(double.NaN, 1.0, "drain.deadline_s", "1 to 172800 seconds")]
    [InlineData(10.0, null, "drain.wait_s", "more than 0, or through")]
    public void A_drain_that_could_not_be_is_refused(double? deadline, double? wait, string field, string allowed)
    {
        var error = Assert.Single(Errors(new() { DeadlineSeconds = deadline, WaitSeconds = wait }));

        Assert.Equal(field, error.Field);
        Assert.StartsWith(allowed, error.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void More_sources_than_are_left_by_anybody_are_refused() => Assert.Equal(
        "at most 10 names",
        Assert.Single(Errors(new() { Through = [.. Enumerable.Range(0, 11).Select(number => $"lb-{number}")] })).Allowed);

    [Fact]
    public void The_trail_says_what_became_another()
    {
        var before = new Drain { Wait = TimeSpan.FromSeconds(20) };
        var after = new Drain { Through = ["lb"], Deadline = TimeSpan.FromMinutes(1), Wait = TimeSpan.FromSeconds(2) };

        Assert.Equal("waits 20s", LifeWords.Of(before));
        Assert.Equal("through lb, waits 2s, within 1m", LifeWords.Of(after));
        Assert.Equal(["drain waits 20s → through lb, waits 2s, within 1m"], LifeWords.Differences(before, after));
        Assert.Equal(["drain off → waits 20s"], LifeWords.Differences(null, before));
        Assert.Empty(LifeWords.Differences(before, before with { }));
    }

    private static Drain? Resolve(DrainEdit? edit, Drain? current = null)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var drain = DrainRules.Resolve(edit, current, errors);
        Assert.Empty(errors);
        return drain;
    }

    private static ImmutableArray<InputError> Errors(DrainEdit edit)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        DrainRules.Resolve(edit, null, errors);
        return errors.ToImmutable();
    }
}
