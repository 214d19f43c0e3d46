using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Kit.Usage;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Kit.Usage;

public sealed class UsageMeterTests : IDisposable
{
    private static readonly InstallationId Installation = new(new SystemRandomSource().NextId());

    private readonly FakeTimeProvider _time = new();
    private readonly UsageMeter _meter;
    private Func<double, ImmutableArray<UsageCounters>> _look = _ => [];
    private int _looks;

    public UsageMeterTests()
    {
        var began = _time.GetTimestamp();
        _meter = new UsageMeter(
            (_, _) =>
            {
                _looks++;
                return Task.FromResult(_look(_time.GetElapsedTime(began).TotalSeconds));
            },
            _time);
    }

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task The_first_read_makes_two_looks_and_a_later_one_measures_since_the_read_before()
    {
        _look = at => [Counters("a", at, cpuSeconds: at * 0.4)];

        Assert.Equal(40, Assert.Single(await FirstAsync()).CpuPercent!.Value, 1e-6);
        Assert.Equal(2, _looks);

        _look = at => [Counters("a", at, cpuSeconds: 0.4 + ((at - 1) * 0.9))];
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(90, Assert.Single(await ReadAsync()).CpuPercent!.Value, 1e-6);
        Assert.Equal(3, _looks);
    }

    [Fact]
    public async Task A_hundred_percent_are_all_the_processors_that_it_may_have()
    {
        _look = at => [Counters("half", at, at * 0.25) with { Cpus = 0.5 }, Counters("four", at, at * 4) with { Cpus = 4 }];

        Assert.Equal([50.0, 100.0], (await FirstAsync()).Select(usage => Math.Round(usage.CpuPercent!.Value, 6)));
    }

    [Fact]
    public async Task Two_metrics_of_one_round_share_a_look()
    {
        _look = at => [Counters("a", at, at)];
        await FirstAsync();

        await ReadAsync();

        Assert.Equal(2, _looks);
    }

    [Fact]
    public async Task A_look_of_long_ago_is_not_measured_from()
    {
        _look = at => [Counters("a", at, at < 100 ? 0 : at)];
        await FirstAsync();
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(100, Assert.Single(await FirstAsync()).CpuPercent!.Value, 1e-6);
        Assert.Equal(4, _looks);
    }

    [Fact]
    public async Task Of_one_that_is_new_or_began_anew_only_the_memory_is_told()
    {
        _look = at => [Counters("a", at, 100 + at)];
        await FirstAsync();
        _look = at => [Counters("a", at, 1) with { MemoryShare = 0.25 }, Counters("b", at, 5) with { MemoryShare = 0.5 }];
        _time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal([(null, 25.0), (null, 50.0)], (await ReadAsync()).Select(usage => (usage.CpuPercent, usage.MemoryPercent!.Value)));
    }

    [Fact]
    public async Task What_the_cloud_does_not_tell_is_told_by_nobody()
    {
        _look = at => [Counters("a", at, null) with { MemoryShare = double.PositiveInfinity }];

        var usage = Assert.Single(await FirstAsync());

        Assert.Equal((null, null), (usage.CpuPercent, usage.MemoryPercent));
    }

    private static UsageCounters Counters(string id, double at, double? cpuSeconds) =>
        new() { Instance = new InstanceId(id), AtSeconds = at, CpuSeconds = cpuSeconds };

    private Task<ImmutableArray<InstanceUsage>> ReadAsync() => _meter.ReadAsync(Installation, TestContext.Current.CancellationToken);

    /// <summary>A read that waits for a second look.</summary>
    private async Task<ImmutableArray<InstanceUsage>> FirstAsync()
    {
        var reading = ReadAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        return await Patiently.ForAsync(reading, "the second look");
    }
}
