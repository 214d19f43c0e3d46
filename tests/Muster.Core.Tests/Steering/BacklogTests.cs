using Muster.Core.Steering;
using Muster.Core.Tests.Support;

using static Muster.Core.Tests.Steering.Readings;

namespace Muster.Core.Tests.Steering;

public sealed class BacklogTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly PolicyRule.Backlog Work = new() { Metric = "queue", PerInstance = 100 };
    private static readonly PolicyRule.Backlog Aged = Work with { AgeMetric = "age", AgeMax = TimeSpan.FromMinutes(10) };

    [Theory]
    [InlineData(340, 4, "queue: 340 waiting at 100 each → 4")]
    [InlineData(1, 1, "queue: 1 waiting at 100 each → 1")]
    public void Work_that_waits_is_shared(double waiting, int count, string reason)
    {
        var said = Ask(Work, new Readings().With("queue", Some.Now, waiting).At(0)).Recommendation;

        Assert.Equal((count, reason), (Count(said), said.Reason));
    }

    [Fact]
    public void It_goes_to_zero_only_when_the_queue_has_been_empty_for_a_time()
    {
        Assert.Equal(0, Count(Ask(Work, Steady("queue", 0, Long).At(3)).Recommendation));
        Assert.Equal(3, Count(Ask(Work, Steady("queue", 0, TimeSpan.FromMinutes(4)).At(3)).Recommendation));

        var patient = Work with { EmptyFor = TimeSpan.FromMinutes(20) };
        Assert.Equal(1, Count(Ask(patient, Steady("queue", 0, Long).At(3)).Recommendation));
        Assert.Equal(1, Count(Ask(patient, Steady("queue", 0, Long).At(1)).Recommendation));
        Assert.Equal(0, Count(Ask(patient, Steady("queue", 0, Long).At(0)).Recommendation));
    }

    [Fact]
    public void It_shrinks_to_the_highest_of_the_window() =>
        Assert.Equal(2, Count(Ask(Work, Steady("queue", 120, Long).At(5)).Recommendation));

    [Fact]
    public void A_queue_below_zero_is_never_recommended_upon() =>
        Assert.IsType<Recommendation.Blind>(Ask(Work, Steady("queue", -3, Long).At(5)).Recommendation);

    [Fact]
    public void The_oldest_item_asks_for_one_more_at_a_time()
    {
        var readings = Steady("queue", 100, Long).With("age", Some.Now, 900);

        var (said, memory) = Ask(Aged, readings.At(1));
        Assert.Equal((2, "age: the oldest waits for 15m, of 10m → 2"), (Count(said), said.Reason));
        Assert.Equal(2, Count(Ask(Aged, readings.At(2, running: 1)).Recommendation));
        Assert.Equal(2, Count(Ask(Aged, readings.At(2, memory: memory)).Recommendation));
        var later = memory with { MovedAt = Some.Now - Work.Stabilize };
        Assert.Equal(3, Count(Ask(Aged, readings.At(2, memory: later)).Recommendation));
    }

    [Fact]
    public void What_the_queues_length_has_added_gives_the_oldest_item_its_turn_as_well()
    {
        var readings = Steady("queue", 340, Long).With("age", Some.Now, 900);

        var (said, memory) = Ask(Aged, readings.At(1));

        Assert.Equal(4, Count(said));
        Assert.Equal(4, Count(Ask(Aged, readings.At(4, memory: memory)).Recommendation));
    }

    [Fact]
    public void One_that_does_not_see_the_age_grows_by_the_queue_and_lets_nothing_go()
    {
        Assert.Equal(4, Count(Ask(Aged, Steady("queue", 340, Long).At(2)).Recommendation));
        Assert.Equal(5, Count(Ask(Aged, Steady("queue", 100, Long).At(5)).Recommendation));
    }

    private static int Count(Recommendation said) => Assert.IsType<Recommendation.Wants>(said).Count;
}
