using Muster.Cli.Composition;
using Muster.Core.Checks;

namespace Muster.Cli.Tests.Composition;

public sealed class PulseLogTests
{
    private const string Planned = "3 wanted, 0 running: launch 3", Wrong = "launch web-1: cloud unavailable: no answer";

    [Theory]
    [InlineData(CheckOutcome.Failed, Planned, Wrong, $"{Planned}; {Wrong}")]
    [InlineData(CheckOutcome.Failed, Planned, Planned, Planned)]
    [InlineData(CheckOutcome.Failed, null, Wrong, Wrong)]
    [InlineData(CheckOutcome.Acted, Planned, Wrong, Planned)]
    [InlineData(CheckOutcome.Held, Planned, Planned, Planned)]
    public void A_check_that_failed_says_by_what(CheckOutcome outcome, string? planned, string reason, string said) =>
        Assert.Equal(said, PulseLog.Explain(outcome, planned, reason));
}
