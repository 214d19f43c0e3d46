using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Simulation.Clouds;

/// <summary>No faults: every call takes the same time and works.</summary>
public sealed class FairWeather : ICloudWeather
{
    private static readonly LifeEvent[] RunsAtOnce = [new(TimeSpan.Zero, InstanceState.Running)];

    private readonly LifeEvent[] life;
    private readonly CallFate launch;
    private readonly CallFate page;
    private readonly CallFate oldPage;
    private int pages;

    /// <summary>Weather with these latencies.</summary>
    /// <param name="launchLatency">From a launch call to its answer.</param>
    /// <param name="pageLatency">From asking for a page to having it.</param>
    /// <param name="boot">From made to running.</param>
    /// <param name="listingLag">How old every second page is.</param>
    public FairWeather(TimeSpan launchLatency = default, TimeSpan pageLatency = default, TimeSpan boot = default, TimeSpan listingLag = default)
    {
        launch = new CallFate { Before = launchLatency };
        page = new CallFate { Before = pageLatency };
        oldPage = page with { Lag = listingLag };
        life = boot == TimeSpan.Zero
            ? RunsAtOnce
            : [new(TimeSpan.Zero, InstanceState.Provisioning), new(boot, InstanceState.Running)];
    }

    /// <inheritdoc/>
    public CallFate Launch(LaunchRequest request) => launch;

    /// <inheritdoc/>
    public CallFate Terminate(InstanceId instance) => CallFate.Good;

    /// <inheritdoc/>
    public CallFate Page() => Interlocked.Increment(ref pages) % 2 == 0 ? page : oldPage;

    /// <inheritdoc/>
    public ReadOnlySpan<LifeEvent> Life(LaunchRequest request) => life;

    /// <inheritdoc/>
    public TimeSpan Shutdown() => TimeSpan.Zero;

    /// <inheritdoc/>
    public bool LosesHint() => false;

    /// <inheritdoc/>
    public TimeSpan? HintsBreakAfter() => null;
}
