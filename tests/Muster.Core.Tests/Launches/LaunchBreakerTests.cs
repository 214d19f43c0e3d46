using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Launches;

public sealed class LaunchBreakerTests
{
    [Fact]
    public void It_opens_at_the_fifth_failure_in_a_row()
    {
        var breaker = Fail(LaunchBreaker.Closed, times: 4);
        Assert.False(breaker.IsOpen);
        Assert.Equal(int.MaxValue, breaker.Allowance(Some.Now, unproven: 4));

        Assert.True(Fail(breaker, times: 1).IsOpen);
    }

    [Fact]
    public void A_hopeless_failure_opens_it_at_once() =>
        Assert.True(LaunchBreaker.Closed.AfterFailure(Some.Now, "bad template", hopeless: true).IsOpen);

    [Fact]
    public void It_lets_one_probe_through_when_due_and_none_beside_it()
    {
        var breaker = Fail(LaunchBreaker.Closed, times: 5);
        var due = Some.Now + LaunchBreaker.ProbeIntervalMin;

        Assert.Equal(0, breaker.Allowance(due.AddSeconds(-1), unproven: 0));
        Assert.Equal(1, breaker.Allowance(due, unproven: 0));
        Assert.Equal(0, breaker.Allowance(due, unproven: 1));
    }

    [Fact]
    public void Each_failed_probe_doubles_the_wait_up_to_its_limit()
    {
        var breaker = Fail(LaunchBreaker.Closed, times: 5);
        var waits = new List<TimeSpan>();
        for (var probe = 0; probe < 8; probe++)
        {
            var due = breaker.ProbeAt!.Value;
            breaker = breaker.AfterFailure(due, "again", hopeless: false);
            waits.Add(breaker.ProbeAt!.Value - due);
        }

        Assert.Equal(LaunchBreaker.ProbeIntervalMin * 2, waits[0]);
        Assert.Equal(LaunchBreaker.ProbeIntervalMin * 4, waits[1]);
        Assert.Equal(LaunchBreaker.ProbeIntervalMax, waits[^1]);
    }

    [Fact]
    public void Failures_that_were_in_flight_when_it_opened_do_not_lengthen_the_wait()
    {
        var breaker = Fail(LaunchBreaker.Closed, times: 5);

        Assert.Equal(breaker.ProbeAt, Fail(breaker, times: 5).ProbeAt);
    }

    [Fact]
    public void After_a_change_of_the_group_the_next_probe_is_due_at_once()
    {
        var breaker = Fail(LaunchBreaker.Closed, times: 5);
        var change = Some.Now.AddSeconds(2);

        Assert.Equal(1, breaker.AfterChange(change).Allowance(change, unproven: 0));
        Assert.Equal(breaker, breaker.AfterChange(Some.Now.AddSeconds(-2)));
    }

    private static LaunchBreaker Fail(LaunchBreaker breaker, int times) =>
        Enumerable.Range(0, times).Aggregate(breaker, (now, _) => now.AfterFailure(Some.Now, "no", hopeless: false));
}
