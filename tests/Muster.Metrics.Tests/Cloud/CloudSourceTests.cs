using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Metrics;
using Muster.Metrics.Cloud;
using Muster.Metrics.Tests.Support;

namespace Muster.Metrics.Tests.Cloud;

public sealed class CloudSourceTests
{
    private static readonly InstallationId Installation = new(Some.Id());

    private readonly MetricScope _web = Some.Group("web");
    private readonly MetricScope _jobs = Some.Group("jobs");

    [Fact]
    public async Task One_call_serves_all_groups_of_a_credential()
    {
        var cloud = new Meter(
            Usage("a", _web, 80, 10), Usage("b", _web, 40, 20), Usage("c", _jobs, 5, null), Usage("d", Some.Group("x"), 1, 1));
        await using var source = Source(UsageFigure.Cpu, new UsageConnection("east", cloud, [_web, _jobs]));

        var answers = await source.ReadAsync([_web, _jobs], TestContext.Current.CancellationToken);

        Assert.Equal([new(80, "a"), new(40, "b")], answers[0].Samples);
        Assert.Equal([new(5, "c")], answers[1].Samples);
        Assert.Equal(1, cloud.Calls);
    }

    [Fact]
    public async Task Memory_is_told_of_the_same_look_and_what_is_not_known_is_left_out()
    {
        var cloud = new Meter(Usage("a", _web, null, 10), Usage("c", _jobs, 5, null));
        await using var source = Source(UsageFigure.Memory, new UsageConnection("east", cloud, [_web, _jobs]));

        var answers = await source.ReadAsync([_web, _jobs], TestContext.Current.CancellationToken);

        Assert.Equal([new(10, "a")], answers[0].Samples);
        Assert.Equal("no instance of this group runs, or none has run for long enough", answers[1].Failure);
    }

    [Fact]
    public async Task A_group_on_two_clouds_has_the_instances_of_both_or_none()
    {
        var (east, west) = (new Meter(Usage("a", _web, 80, 1)), new Meter(Usage("b", _web, 20, 1)));
        await using var both = Source(
            UsageFigure.Cpu, new UsageConnection("east", east, [_web]), new UsageConnection("west", west, [_web]));
        await using var broken = Source(
            UsageFigure.Cpu, new UsageConnection("east", east, [_web, _jobs]), new UsageConnection("west", new Meter("it\nrains"), [_web]));

        Assert.Equal(2, (await both.ReadAsync([_web], TestContext.Current.CancellationToken))[0].Samples.Length);
        Assert.Equal("the cloud west: it rains", await Some.FailureAsync(broken, _web, _jobs));
    }

    [Fact]
    public async Task A_cloud_that_tells_nothing_is_named()
    {
        await using var source = Source(UsageFigure.Cpu, new UsageConnection("north", null, [_web]));

        Assert.Equal("the cloud north does not tell how hard its instances work", await Some.FailureAsync(source, _web));
        Assert.Equal("no cloud of this group tells how hard its instances work", await Some.FailureAsync(source, _jobs));
    }

    private static InstanceUsage Usage(string instance, MetricScope group, double? cpu, double? memory) =>
        new(new InstanceId(instance), group.Group, cpu, memory);

    private static CloudSource Source(UsageFigure figure, params ImmutableArray<UsageConnection> connections) =>
        new(figure, new Directory(connections), Installation);

    private sealed class Directory(ImmutableArray<UsageConnection> connections) : IUsageDirectory
    {
        public Task<ImmutableArray<UsageConnection>> FindAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken) =>
            Task.FromResult(connections);
    }

    private sealed class Meter : IMeteredCloud
    {
        private readonly ImmutableArray<InstanceUsage> _usage = [];
        private readonly string? _failure;

        public Meter(params ImmutableArray<InstanceUsage> usage) => _usage = usage;

        public Meter(string failure) => _failure = failure;

        public int Calls { get; private set; }

        public bool MayHaveUsage => true;

        public Task<ImmutableArray<InstanceUsage>> ReadUsageAsync(InstallationId installation, CancellationToken cancellationToken)
        {
            Calls++;
            Assert.Equal(Installation, installation);
            return _failure is null ? Task.FromResult(_usage) : throw new CloudException(CloudErrorKind.Unavailable, _failure);
        }
    }
}
