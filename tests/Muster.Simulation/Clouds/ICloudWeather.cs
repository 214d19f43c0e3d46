using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Simulation.Clouds;

/// <summary>Decides what becomes of each call and of each instance of a simulated cloud.</summary>
public interface ICloudWeather
{
    private static readonly LifeEvent[] RunsAtOnce = [new(TimeSpan.Zero, InstanceState.Running)];

    /// <summary>The fate of one launch call.</summary>
    CallFate Launch(LaunchRequest request);

    /// <summary>The fate of one terminate call.</summary>
    CallFate Terminate(InstanceId instance);

    /// <summary>The fate of one page of a listing.</summary>
    CallFate Page();

    /// <summary>How a new instance will live unless it is terminated: in order; starts with its state when made.</summary>
    ReadOnlySpan<LifeEvent> Life(LaunchRequest request);

    /// <summary>From an accepted termination until the instance is gone.</summary>
    TimeSpan Shutdown();

    /// <summary>Whether a hint is lost.</summary>
    bool LosesHint();

    /// <summary>When a stream of hints breaks; null when it does not.</summary>
    TimeSpan? HintsBreakAfter();

    /// <summary>Whether hints say which group they are about: a cloud may know only the instance.</summary>
    bool HintsNameGroups => true;

    /// <summary>The fate of one order to stop.</summary>
    CallFate Stop(InstanceId instance) => CallFate.Good;

    /// <summary>The fate of one order to start.</summary>
    CallFate Start(InstanceId instance) => CallFate.Good;

    /// <summary>From a stop that was taken until the instance rests.</summary>
    TimeSpan Stopping() => TimeSpan.Zero;

    /// <summary>How one lives that is started, unless it is stopped again or terminated: in order; starts with its state then.</summary>
    ReadOnlySpan<LifeEvent> Restart() => RunsAtOnce;

    /// <summary>Whether one that is still on its way up cannot be stopped yet.</summary>
    bool RefusesStopOnTheWayUp() => false;
}
