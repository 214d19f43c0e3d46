using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local.Processes;

/// <summary>When descriptors run out, instances are looked at instead of watched, listings go on, and nobody is taken for dead.</summary>
public sealed class ScarceDescriptorsTests
{
    [Fact]
    public async Task Beyond_the_bound_instances_are_looked_at_and_the_cloud_says_so()
    {
        var said = new List<string>();
        await using var harness = new LocalHarness(options => (options.WatchNumberMax, options.Say) = (0, said.Add));
        var cloud = (IImpairable)harness.Cloud;
        Assert.Null(cloud.Impairment);

        var first = await harness.LaunchAsync("sleep 1000");
        var second = await harness.LaunchAsync("sleep 1000");
        await harness.ListAsync();

        Assert.EndsWith(": 2 instances are not watched, but looked at five times a second", cloud.Impairment, StringComparison.Ordinal);
        Assert.Single(said);

        RealProcesses.Signal(RealProcesses.Pid(first), RealProcesses.Kill);
        await harness.WaitForAsync(first.Id, InstanceState.Failed);
        await harness.TerminateAsync(first);
        await harness.TerminateAsync(second);
        await harness.WaitForGoneAsync(second.Id);
        await harness.ListAsync();

        Assert.Null(cloud.Impairment);
        Assert.Equal("every instance is watched again", said[^1]);
    }

    [Fact]
    public async Task A_process_that_cannot_be_looked_at_is_not_taken_for_dead()
    {
        var table = new BlindTable();
        await using var watcher = new PollingExitWatcher(table);
        var ended = new List<bool>();
        Assert.NotNull(watcher.Watch(BlindTable.Known, isChild: false, known =>
        {
            ended.Add(known);
            return known;
        }));

        table.IsBlind = true;
        watcher.Drain();
        Assert.DoesNotContain(true, ended);

        table.IsBlind = false;
        table.IsGone = true;
        watcher.Drain();
        Assert.Contains(true, ended);
    }

    [Fact]
    public void What_must_not_fail_for_want_of_a_descriptor_lives_off_the_reserve()
    {
        using var reserve = new DescriptorReserve();
        var tries = 0;

        reserve.Run(() =>
        {
            if (++tries < 3)
            {
                throw new IOException("too many open files", LibC.ErrorFilesInProcess);
            }
        });

        Assert.Equal(3, tries);
        Assert.Equal(1, reserve.Uses);
    }

    [Fact]
    public void Other_errors_and_a_want_that_stays_come_through()
    {
        using var reserve = new DescriptorReserve();

        Assert.Throws<IOException>(() => reserve.Run(() => throw new IOException("the disk is gone", 5)));
        Assert.Equal(0, reserve.Uses);
        Assert.Throws<IOException>(() => reserve.Run(() => throw new IOException("too many open files", LibC.ErrorFilesInSystem)));
    }

    [Theory]
    [InlineData(80, 20)]
    [InlineData(1024, 256)]
    [InlineData(1_048_576, 256)]
    [InlineData(20, 16)]
    public void The_reserve_is_a_quarter_within_bounds(int limit, int reserve) => Assert.Equal(reserve, OpenFiles.ReserveOf(limit));

    /// <summary>Knows one process, until it sees nothing any more.</summary>
    private sealed class BlindTable : IProcessTable
    {
        public static readonly ProcessIdentity Known = new(4_000_000, "1");

        public bool IsBlind { get; set; }

        public bool IsGone { get; set; }

        public string BootId => "boot";

        public string ReadSelfScript => "";

        public ProcessIdentity? Parse(string text) => null;

        public ProcessStatus? Read(int pid) => IsBlind ? throw new IOException("too many open files", LibC.ErrorFilesInProcess)
            : IsGone ? null
            : new ProcessStatus(Known, pid, pid, IsDead: false, IsStopped: false);

        public bool GroupHasLiving(int group) => false;

        public bool GroupBelongsTo(int group, string launchMarker) => false;
    }
}
