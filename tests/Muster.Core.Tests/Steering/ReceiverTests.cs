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

    private static PolicyContext Context(ReceivedWord? word) => new Readings().At(5, memory: new() { Word = word });
}
