using Muster.Clouds.Local.Usage;

namespace Muster.Clouds.Tests.Local.Usage;

public sealed class GroupFilesTests : IDisposable
{
    private readonly string _group = Directory.CreateTempSubdirectory("muster-cgroup-").FullName;

    public void Dispose() => Directory.Delete(_group, recursive: true);

    [Fact]
    public void A_group_tells_its_time_its_memory_and_its_limits()
    {
        Write("cpu.stat", "usage_usec 2500000\nuser_usec 1\n");
        Write("cpu.max", "50000 100000\n");
        Write("memory.current", "1000\n");
        Write("memory.stat", "anon 5\ninactive_file 400\n");
        Write("memory.max", "2000\n");
        Write("cgroup.procs", "7\n12\n");

        Assert.Equal(
            (2.5, 0.5, 600.0, 2000.0),
            (GroupFiles.CpuSeconds(_group), GroupFiles.Cpus(_group), GroupFiles.MemoryBytes(_group), GroupFiles.MemoryMaxBytes(_group)));
        Assert.True(GroupFiles.Holds(_group, 12));
        Assert.False(GroupFiles.Holds(_group, 1));
    }

    [Fact]
    public void A_group_without_limits_or_files_tells_none()
    {
        Write("cpu.max", "max 100000\n");
        Write("memory.max", "max\n");

        Assert.Equal(
            (null, null, null, null),
            (GroupFiles.CpuSeconds(_group), GroupFiles.Cpus(_group), GroupFiles.MemoryBytes(_group), GroupFiles.MemoryMaxBytes(_group)));
        Assert.False(GroupFiles.Holds(_group, 12));
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_group, file), text);
}
