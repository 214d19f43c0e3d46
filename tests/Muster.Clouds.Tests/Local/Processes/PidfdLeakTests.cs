using System.Globalization;
using System.Runtime.Versioning;

using Muster.Clouds.Local.Processes;

namespace Muster.Clouds.Tests.Local.Processes;

/// <summary>A watch that does not come about keeps no descriptor.</summary>
[SupportedOSPlatform("linux")]
public sealed class PidfdLeakTests
{
    [Fact]
    public async Task A_watcher_that_takes_no_more_keeps_no_descriptor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has descriptors of processes");
        await using var harness = new LocalHarness(options => options.PollsForExits = true);
        var pid = RealProcesses.Pid(await harness.LaunchAsync("sleep 1000"));
        var processes = new LinuxProcessTable();
        var identity = processes.Read(pid)!.Identity;
        var watcher = new PidfdExitWatcher(processes, numberMax: int.MaxValue);
        await watcher.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => { watcher.Watch(identity, isChild: false, _ => true); });

        Assert.DoesNotContain(pid, Watched());
    }

    /// <summary>The processes for which this one has a descriptor open.</summary>
    private static IEnumerable<int> Watched() =>
        from file in Directory.EnumerateFiles("/proc/self/fdinfo")
        from line in ReadLines(file)
        where line.StartsWith("Pid:", StringComparison.Ordinal)
        select int.Parse(line["Pid:".Length..], CultureInfo.InvariantCulture);

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            // Closed since the directory was read: other tests run beside this one.
            return [];
        }
    }
}
