using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Support;

/// <summary>Weather that a test makes itself: each call's fate is asked of a function that may be changed at any time.</summary>
internal sealed class Weather : ICloudWeather
{
    private static readonly LifeEvent[] RunsAtOnce = [new(TimeSpan.Zero, InstanceState.Running)];

    public Func<LaunchRequest, CallFate> OnLaunch { get; set; } = _ => CallFate.Good;

    public Func<CallFate> OnTerminate { get; set; } = () => CallFate.Good;

    /// <summary>Asked first; null where the instance is as the others.</summary>
    public Func<InstanceId, CallFate?> OnTerminateOf { get; set; } = _ => null;

    /// <summary>Instances told to end, in order.</summary>
    public List<InstanceId> Terminations { get; } = [];

    public Func<CallFate> OnPage { get; set; } = () => CallFate.Good;

    public LifeEvent[] Lives { get; set; } = RunsAtOnce;

    public int Launches { get; private set; }

    public bool HintsNameGroups { get; set; } = true;

    public Func<InstanceId, CallFate> OnStart { get; set; } = _ => CallFate.Good;

    public CallFate Start(InstanceId instance) => OnStart(instance);

    public CallFate Launch(LaunchRequest request)
    {
        Launches++;
        return OnLaunch(request);
    }

    public CallFate Terminate(InstanceId instance)
    {
        Terminations.Add(instance);
        return OnTerminateOf(instance) ?? OnTerminate();
    }

    public CallFate Page() => OnPage();

    public ReadOnlySpan<LifeEvent> Life(LaunchRequest request) => Lives;

    public TimeSpan Shutdown() => TimeSpan.Zero;

    public bool LosesHint() => false;

    public TimeSpan? HintsBreakAfter() => null;
}
