using Muster.Clouds.Lxd;
using Muster.Clouds.Lxd.Wire;

namespace Muster.Clouds.Tests.Lxd;

public sealed class LxdUsageTests
{
    [Theory]
    [InlineData(null, null, 1)]
    [InlineData("2", null, 2)]
    [InlineData("0-3", null, 4)]
    [InlineData("1,5", null, 2)]
    [InlineData("0-1,7", "50%", 3)]
    [InlineData("4", "25ms/100ms", 0.25)]
    [InlineData("0", null, 1)]
    [InlineData("many", "x/y", 1)]
    public void The_processors_that_an_instance_may_use_are_in_its_configuration(string? cpus, string? allowance, double expected) =>
        Assert.Equal(expected, LxdUsage.Cpus(cpus, allowance));

    [Theory]
    [InlineData("512MiB", 512.0 * 1024 * 1024)]
    [InlineData("1GB", 1e9)]
    [InlineData("1048576", 1048576.0)]
    [InlineData("100B", 100.0)]
    [InlineData("50%", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_limit_of_memory_has_a_unit(string? limit, double? bytes) => Assert.Equal(bytes, LxdUsage.Bytes(limit));

    [Fact]
    public void What_LXD_does_not_know_is_not_told()
    {
        var counters = LxdUsage.Look(
            new LxdInstance { Name = "a", Status = "Running", State = new LxdInstanceState { Cpu = new(-1), Memory = new(1000, 0) } },
                at: 5);

        Assert.Equal((null, null, 1.0), (counters.CpuSeconds, counters.MemoryShare, counters.Cpus));
    }

    [Fact]
    public void A_state_tells_time_and_memory()
    {
        var counters = LxdUsage.Look(
            new LxdInstance
            {
                Name = "a", Status = "Running", ExpandedConfig = new() { ["limits.memory"] = "1000B" },
                State = new LxdInstanceState { Cpu = new(2.5e9), Memory = new(250, 0) },
            },
            at: 5);

        Assert.Equal((2.5, 0.25), (counters.CpuSeconds, counters.MemoryShare));
    }
}
