using Muster.Core.Steering;
using Muster.Core.Tests.Support;

using static Muster.Core.Tests.Steering.Readings;

namespace Muster.Core.Tests.Steering;

public sealed class ReceiverTests
{
    private static readonly PolicyRule.Receiver Rule = new() { SecretHash = "00" };

    [Fact]
    public void A_number_stands_for_as_long_as_it_may()
    {
        var said = Ask(Rule, Context(new(7, Some.Now.AddMinutes(-59), "alarm")));
        Assert.Equal((7, "alarm → 7"), (Assert.IsType<Recommendation.Wants>(said.Recommendation).Count, said.Recommendation.Reason));

        Assert.IsType<Recommendation.Content>(Ask(Rule, Context(new(7, Some.Now.AddMinutes(-60), "alarm"))).Recommendation);
        Assert.IsType<Recommendation.Content>(Ask(Rule, Context(new(null, Some.Now, "all is well"))).Recommendation);
        Assert.IsType<Recommendation.Content>(Ask(Rule, Context(null)).Recommendation);
    }

    [Fact]
    public void An_alarm_that_rings_on_adds_once_until_it_has_rested_and_a_number_is_always_taken()
    {
        var (first, _) = Receiving.Tell(Rule, last: null, Rule.OnAlarm, 5, Some.Now, "alarm");
        Assert.Equal((6, Some.Now), (first!.Desired, first.MovedAt));

        var (again, until) = Receiving.Tell(Rule, first, Rule.OnAlarm, 6, Some.Now.AddMinutes(4), "alarm");
        Assert.Equal((first, Some.Now.AddMinutes(5)), (again, until));
        Assert.Equal(7, Receiving.Tell(Rule, first, Rule.OnAlarm, 6, Some.Now.AddMinutes(5), "alarm").Word?.Desired);
        Assert.Equal(9, Receiving.Tell(Rule, first, new(AdjustmentKind.Exact, 9), 6, Some.Now, "told").Word?.Desired);

        // An alarm that is over and rings again has not rested any more for that.
        var over = Receiving.Resolve(first, Some.Now.AddMinutes(1), "well");
        Assert.Null(over.Desired);
        Assert.Equal(Some.Now.AddMinutes(5), Receiving.Tell(Rule, over, Rule.OnAlarm, 6, Some.Now.AddMinutes(2), "alarm").RestsUntil);
    }

    private static PolicyContext Context(ReceivedWord? word) => new Readings().At(5, memory: new() { Word = word });
}
