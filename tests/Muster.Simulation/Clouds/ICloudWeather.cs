using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Simulation.Clouds;

/// <summary>Decides what becomes of each call and of each instance of a simulated cloud.</summary>
public interface ICloudWeather
{
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
}
