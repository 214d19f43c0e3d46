using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Simulation.Clouds;

/// <summary>No faults: every call takes the same time and works.</summary>
public sealed class FairWeather : ICloudWeather
{
    private static readonly LifeEvent[] RunsAtOnce = [new(TimeSpan.Zero, InstanceState.Running)];

    private readonly LifeEvent[] _life;
    private readonly TimeSpan _stopping;
    private readonly CallFate _launch;
    private readonly CallFate _page;
    private readonly CallFate _oldPage;
    private int _pages;

    /// <summary>Weather with these latencies.</summary>
    /// <param name="launchLatency">From a launch call to its answer.</param>
    /// <param name="pageLatency">From asking for a page to having it.</param>
    /// <param name="boot">From made to running, and from told to rest to resting.</param>
    /// <param name="listingLag">How old every second page is.</param>
    public FairWeather(
        TimeSpan launchLatency = default, TimeSpan pageLatency = default, TimeSpan boot = default, TimeSpan listingLag = default)
    {
        _launch = new CallFate { Before = launchLatency };
        _page = new CallFate { Before = pageLatency };
        _oldPage = _page with { Lag = listingLag };
        _stopping = boot;
        _life = boot == TimeSpan.Zero
            ? RunsAtOnce
            : [new(TimeSpan.Zero, InstanceState.Provisioning), new(boot, InstanceState.Running)];
    }

    /// <inheritdoc/>
    public CallFate Launch(LaunchRequest request) => _launch;

    /// <inheritdoc/>
    public CallFate Terminate(InstanceId instance) => CallFate.Good;

    /// <inheritdoc/>
    public CallFate Page() => Interlocked.Increment(ref _pages) % 2 == 0 ? _page : _oldPage;

    /// <inheritdoc/>
    public ReadOnlySpan<LifeEvent> Life(LaunchRequest request) => _life;

    /// <inheritdoc/>
    public ReadOnlySpan<LifeEvent> Restart() => _life;

    /// <inheritdoc/>
    public TimeSpan Stopping() => _stopping;

    /// <inheritdoc/>
    public bool RefusesStopOnTheWayUp() => true;

    /// <inheritdoc/>
    public TimeSpan Shutdown() => TimeSpan.Zero;

    /// <inheritdoc/>
    public bool LosesHint() => false;

    /// <inheritdoc/>
    public TimeSpan? HintsBreakAfter() => null;
}
