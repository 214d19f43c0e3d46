using System.Collections.Concurrent;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulation.Clouds;

namespace Muster.Server.Tests.Support;

/// <summary>Fair, until a test says otherwise.</summary>
internal sealed class TurningWeather : ICloudWeather
{
    private readonly LifeEvent[] _life = [new(TimeSpan.Zero, InstanceState.Running)];

    /// <summary>What every page of a listing meets.</summary>
    public CallFate Pages { get; set; } = CallFate.Good;

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<LaunchRequest> Launches { get; } = [];

    public CallFate Launch(LaunchRequest request)
    {
        Launches.Enqueue(request);
        return CallFate.Good;
    }

    public CallFate Terminate(Muster.Core.InstanceId instance) => CallFate.Good;

    /// <summary>Happens while a page is listed.</summary>
    public Action OnPage { get; set; } = () => { };

    public CallFate Page()
    {
        OnPage();
        return Pages;
    }

    public ReadOnlySpan<LifeEvent> Life(LaunchRequest request) => _life;

    public TimeSpan Shutdown() => TimeSpan.Zero;

    public bool LosesHint() => false;

    public TimeSpan? HintsBreakAfter() => null;
}
