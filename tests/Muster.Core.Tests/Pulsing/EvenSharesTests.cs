using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

public sealed class EvenSharesTests : ICloudDirectory, IDisposable
{
    private readonly CallGovernor _governor = new("sim", new(10, 10), new(10, 10), TimeProvider.System);

    public EvenSharesTests() => Entries =
    [
        new(
            "sim",
            "simulated",
            new GovernedCloud(new SimulatedCloud("sim", EngineBed.Traits, new FairWeather(), TimeProvider.System), _governor)),
    ];

    public IReadOnlyList<CloudEntry> Entries { get; }

    public CloudEntry? Find(AccountId account, string name) => Entries[0];

    public void Dispose() => _governor.Dispose();

    [Fact]
    public void Each_of_several_servers_has_the_same_part()
    {
        var shares = new EvenShares(this);

        shares.Set(1);
        Assert.Equal(1, _governor.Share);
        shares.Set(4);
        Assert.Equal(0.25, _governor.Share);
    }

    [Fact]
    public void A_part_grows_a_round_after_another_server_went()
    {
        var shares = new EvenShares(this);

        shares.Set(2);
        shares.Set(1);
        Assert.Equal(0.5, _governor.Share);
        shares.Set(1);
        Assert.Equal(1, _governor.Share);
    }
}
