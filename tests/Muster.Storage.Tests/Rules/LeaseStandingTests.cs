using Muster.Conformance.Storage;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Tests.Rules;

public sealed class LeaseStandingTests
{
    private static readonly DateTimeOffset Start = Some.Start;
    private static readonly LeaseStanding Held = LeaseStanding.New.Taken("server-1", Start.AddMinutes(1));
    private static readonly GroupLease Lease = Held.ToLease(new(new Some().Id()));

    [Fact]
    public void A_lease_is_free_while_nobody_has_it_and_once_it_has_run_out()
    {
        Assert.True(LeaseStanding.New.IsFreeAt(Start, expectedFence: 0));
        Assert.False(Held.IsFreeAt(Start.AddSeconds(59), Held.Fence));
        Assert.True(Held.IsFreeAt(Start.AddMinutes(1), Held.Fence));
    }

    [Fact]
    public void A_lease_that_somebody_had_since_the_group_was_read_is_not_free() =>
        Assert.False(Held.Ended().IsFreeAt(Start, expectedFence: 0));

    [Fact]
    public void A_lease_is_honoured_from_its_holder_until_somebody_takes_it_or_it_is_given_back()
    {
        Assert.True(Held.Honours(Lease));
        Assert.False(Held.Honours(Lease with { Holder = "server-2" }));
        Assert.False(Held.Taken("server-1", Start.AddMinutes(2)).Honours(Lease));
        Assert.False(Held.Ended().Honours(Lease));
    }

    [Fact]
    public void A_renewal_never_shortens_a_lease()
    {
        Assert.Equal(Start.AddMinutes(2), Held.Renewed(Start.AddMinutes(2)).EndsAt);
        Assert.Equal(Held, Held.Renewed(Start));
    }

    [Fact]
    public void Taking_and_ending_give_a_new_fencing_number() => Assert.Equal((1, 2), (Held.Fence, Held.Ended().Fence));
}
