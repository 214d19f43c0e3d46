using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulation.Clouds;

namespace Muster.Terraform.Tests.Support;

/// <summary>A cloud on a good day: every call works, every instance runs at once.</summary>
internal sealed class FairWeather : ICloudWeather
{
    private readonly LifeEvent[] life = [new(TimeSpan.Zero, InstanceState.Running)];

    public CallFate Launch(LaunchRequest request) => CallFate.Good;

    public CallFate Terminate() => CallFate.Good;

    public CallFate Page() => CallFate.Good;

    public ReadOnlySpan<LifeEvent> Life(LaunchRequest request) => life;

    public TimeSpan Shutdown() => TimeSpan.Zero;

    public bool LosesHint() => false;

    public TimeSpan? HintsBreakAfter() => null;
}
