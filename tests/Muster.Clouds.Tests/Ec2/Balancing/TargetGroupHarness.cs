using System.Collections.Immutable;
using System.Net;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Traffic;
using Muster.Simulators.Ec2.Settings;

namespace Muster.Clouds.Tests.Ec2.Balancing;

/// <summary>An ec2 cloud with a target group <c>web</c>, and its load balancers as a source of traffic.</summary>
internal sealed class TargetGroupHarness : IAsyncDisposable
{
    private TargetGroupHarness(Ec2Harness ec2, SimulatedTargetGroup web)
    {
        (Ec2, Web) = (ec2, web);
        Source = Open();
    }

    public Ec2Harness Ec2 { get; }

    public SimulatedTargetGroup Web { get; }

    public ITrafficSource Source { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TargetGroupHarness> StartAsync(
        Action<Ec2SimulatorOptions>? configure = null, TimeProvider? time = null)
    {
        SimulatedTargetGroup? web = null;
        var ec2 = await Ec2Harness.StartAsync(time ?? TimeProvider.System, options =>
        {
            web = options.Add(new("web"));
            configure?.Invoke(options);
        });
        return new(ec2, web!);
    }

    /// <summary>Another source, which has heard nothing of what this one was told: as after a restart.</summary>
    public ITrafficSource Open() => ((IBalancingCloud)Ec2.Cloud).OpenBalancer(new(TimeSpan.Zero));

    /// <summary>A group that uses a target group.</summary>
    public static TrafficScope Scope(string? backend = "web", int group = 1) => new(
        new(new Guid(group, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])), default, $"group{group}",
        new() { Source = "lb", Backend = backend, Port = 80 });

    /// <summary>Launches an instance.</summary>
    public async Task<TrafficMember> LaunchAsync(int port = 80)
    {
        var launched = await Ec2.Cloud.LaunchAsync(Ec2.Request(), Cancellation);
        return await SeenAsync(launched.Id, port);
    }

    /// <summary>An instance as it is now.</summary>
    public async Task<TrafficMember> SeenAsync(InstanceId id, int port = 80)
    {
        var instance = (await Ec2.ListAsync()).Single(one => one.Id == id);
        return new("east", instance, new(IPAddress.Parse(instance.Addresses[0]), port));
    }

    public Task<ImmutableArray<TrafficEntry>> ListAsync(params TrafficMember[] members) =>
        Source.ListAsync(Scope(), [.. members], Cancellation);

    public Task JoinAsync(TrafficMember member) => Source.JoinAsync(Scope(), member, Cancellation);

    public Task<DrainProgress> DrainAsync(TrafficMember member) => Source.DrainAsync(Scope(), member, Cancellation);

    public Task LeaveAsync(TrafficEntry entry) => Source.LeaveAsync(Scope(), entry, Cancellation);

    /// <summary>How often Elastic Load Balancing was asked for something.</summary>
    public int Calls(string action, int status = 200) => Ec2.Simulator.Calls.GetValueOrDefault((action, status));

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Ec2.DisposeAsync();
    }
}
