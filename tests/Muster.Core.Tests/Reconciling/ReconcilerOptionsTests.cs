using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Tests.Reconciling;

public sealed class ReconcilerOptionsTests
{
    private static readonly CloudTraits Traits = new()
    {
        PageSize = 100,
        LaunchTokens = true,
        GroupFilter = true,
        Watches = true,
        ListingLagMax = TimeSpan.FromSeconds(20),
        LaunchTimeout = TimeSpan.FromMinutes(2),
    };

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public void A_launch_counts_for_as_long_as_a_server_with_the_longest_lease_may_still_be_at_it(int ownLeaseSeconds)
    {
        var options = new ReconcilerOptions
        {
            LaunchExpiry = TimeSpan.FromSeconds(10),
            LeaseDuration = TimeSpan.FromSeconds(ownLeaseSeconds),
        };

        Assert.Equal(TimeSpan.FromSeconds(120 + 20 + 20 + 60), options.LaunchExpiryFor(Traits));
        Assert.Equal(ReconcilerOptions.LeaseDurationMax, options.ResumeAgeMaxFor(Traits));
    }
}
