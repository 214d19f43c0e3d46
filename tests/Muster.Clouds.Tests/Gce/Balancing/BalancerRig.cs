using System.Collections.Immutable;
using System.Net;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Traffic;
using Muster.Simulators.Gce.Machines;
using Muster.Simulators.Gce.Settings;

namespace Muster.Clouds.Tests.Gce.Balancing;

/// <summary>A simulated Compute Engine with a network endpoint group <c>web</c> in each zone, and its load balancers as a source.</summary>
internal sealed class BalancerRig : IAsyncDisposable
{
    public const string Zone = "us-central1-a", OtherZone = "us-central1-b", Backend = "web";

    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    private BalancerRig(GceHarness harness, FakeTimeProvider time) => (Harness, Time, Source) = (harness, time, Open(harness));

    public GceHarness Harness { get; }

    public FakeTimeProvider Time { get; }

    public ITrafficSource Source { get; private set; }

    public GceGroups Groups => Harness.Simulator.Groups;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<BalancerRig> StartAsync(Action<GceSimulatorOptions>? configure = null)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-29T12:00:10Z", null));
        var harness = await GceHarness.StartAsync(
            options =>
            {
                options.EndpointGroups = [Backend];
                configure?.Invoke(options);
            },
            time);
        return new(harness, time);
    }

    /// <summary>What the group says of the source.</summary>
    public static TrafficScope Scope(string? backend = Backend, int port = 8080) => new(
        Local.Requests.Group, Local.Requests.Template("x").Account, "web",
        new() { Source = "lb", Backend = backend, Port = port });

    /// <summary>A server that starts anew: it remembers nothing.</summary>
    public void Restart() => Source = Open(Harness);

    /// <summary>A new instance, as it is listed.</summary>
    public async Task<TrafficMember> LaunchAsync(string zone = Zone, int port = 8080)
    {
        var launched = await Harness.Cloud.LaunchAsync(Harness.Request() with { Zone = zone }, Cancellation);
        return Member((await Harness.ListAsync()).Single(instance => instance.Id == launched.Id), port);
    }

    public static TrafficMember Member(Instance instance, int port) =>
        new("east", instance, new(IPAddress.Parse(instance.Addresses[0]), port));

    public Task<ImmutableArray<TrafficEntry>> ListAsync(params TrafficMember[] members) =>
        Source.ListAsync(Scope(), [.. members], Cancellation);

    public Task JoinAsync(TrafficMember member) => Source.JoinAsync(Scope(), member, Cancellation);

    public Task<DrainProgress> DrainAsync(TrafficMember member) => Source.DrainAsync(Scope(), member, Cancellation);

    public Task LeaveAsync(TrafficEntry entry) => Source.LeaveAsync(Scope(), entry, Cancellation);

    /// <summary>The ports of an instance's endpoints that do not drain.</summary>
    public IEnumerable<int> PortsOf(TrafficMember member) => Groups.EndpointsOf(member.Instance.Zone!, Backend)
        .Where(endpoint => endpoint.Instance == member.Instance.Name && !endpoint.IsDraining)
        .Select(endpoint => endpoint.Port);

    /// <summary>An endpoint that a person attaches.</summary>
    public static GceEndpoint ByHand(TrafficMember member, int port) => new(member.Instance.Name, member.Instance.Addresses[0], port);

    /// <summary>The annotation of a group.</summary>
    public static ImmutableSortedDictionary<string, string> MarkOf(string group) =>
        ImmutableSortedDictionary<string, string>.Empty.Add("muster-group", group);

    /// <summary>How often the simulator was asked for this, and said yes.</summary>
    public int Calls(string call) => Harness.Simulator.Calls.GetValueOrDefault((call, 200));

    public ValueTask DisposeAsync() => Harness.DisposeAsync();

    private static ITrafficSource Open(GceHarness harness) => ((IBalancingCloud)harness.Cloud).OpenBalancer(new(Settle));
}
