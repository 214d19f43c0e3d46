using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;

namespace Muster.Simulation.Tests.Clouds;

/// <summary>The simulated cloud keeps the port's contract in fair weather: with every trait.</summary>
public sealed class SimulatedCloudConformance : CloudConformance
{
    /// <inheritdoc/>
    protected override Task<CloudHarness> OpenAsync() => Task.FromResult<CloudHarness>(new SimulatedCloudHarness(new()
    {
        PageSize = 7,
        LaunchTokens = true,
        GroupFilter = true,
        Watches = true,
        Interruptible = true,
        Stops = true,
        Suspends = true,
        ListingLagMax = TimeSpan.Zero,
    }));
}

/// <summary>And with zones.</summary>
public sealed class ZonedSimulatedCloudConformance : CloudConformance
{
    /// <inheritdoc/>
    protected override Task<CloudHarness> OpenAsync() => Task.FromResult<CloudHarness>(new SimulatedCloudHarness(
        new()
        {
            PageSize = 1000,
            LaunchTokens = true,
            GroupFilter = true,
            Watches = false,
            Stops = true,
            ListingLagMax = TimeSpan.Zero,
        },
        "a", "b", "c"));
}

/// <summary>And with none of all that.</summary>
public sealed class PlainSimulatedCloudConformance : CloudConformance
{
    /// <inheritdoc/>
    protected override Task<CloudHarness> OpenAsync() => Task.FromResult<CloudHarness>(new SimulatedCloudHarness(new()
    {
        PageSize = 1000,
        LaunchTokens = false,
        GroupFilter = false,
        Watches = false,
        ListingLagMax = TimeSpan.Zero,
    }));
}

/// <summary>And with listings that lag behind the truth, now and then.</summary>
public sealed class LaggingSimulatedCloudConformance : CloudConformance
{
    /// <inheritdoc/>
    protected override Task<CloudHarness> OpenAsync() => Task.FromResult<CloudHarness>(new SimulatedCloudHarness(new()
    {
        PageSize = 1000,
        LaunchTokens = true,
        GroupFilter = true,
        Watches = true,
        Interruptible = true,
        Stops = true,
        Suspends = true,
        ListingLagMax = TimeSpan.FromMilliseconds(100),
    }));
}

internal sealed class SimulatedCloudHarness(CloudTraits traits, params string[] zones) : CloudHarness
{
    private readonly SimulatedCloud _cloud = new(
        "sim",
        traits,
        new FairWeather(launchLatency: TimeSpan.FromMilliseconds(2), boot: TimeSpan.FromMilliseconds(10), listingLag: traits.ListingLagMax),
        TimeProvider.System,
        zones: zones)
    {
        ShownWhileStopping = zones.Length > 0 ? InstanceState.Terminating : InstanceState.Running,
        ShownAtRest = zones.Length > 0 ? InstanceState.Failed : InstanceState.Stopped,
        TellsOrders = zones.Length > 0,
    };

    public override ICloud Cloud => _cloud;

    public override IStoppingCloud? Stopper => traits.Stops ? _cloud : null;

    public override IRandomSource Random { get; } = new SeededRandom(1, "conformance");

    public override Hand? Killing => KillAsync;

    public override NoticeHand? GivingNotice => GiveNoticeAsync;

    public override Template GoodTemplate() => Template("good");

    public override Template BadImageTemplate() => Template(SimulatedCloud.MissingImage);

    private Task KillAsync(Instance instance, CancellationToken cancellationToken)
    {
        _cloud.Turn(_cloud.Instances.Single(one => one.Id == instance.Id), new LifeEvent(TimeSpan.Zero, InstanceState.Failed));
        return Task.CompletedTask;
    }

    private Task GiveNoticeAsync(Instance instance, DateTimeOffset leavingAt, CancellationToken cancellationToken)
    {
        _cloud.TakeBack(_cloud.Instances.Single(one => one.Id == instance.Id), leavingAt - TimeProvider.System.GetUtcNow());
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => _cloud.DisposeAsync();

    private Template Template(string image) => new()
    {
        Id = new(Random.NextId()),
        Account = new(Random.NextId()),
        Name = image,
        Cloud = "sim",
        Image = image,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
