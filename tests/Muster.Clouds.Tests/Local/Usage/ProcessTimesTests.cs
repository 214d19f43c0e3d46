using System.Globalization;

using Muster.Clouds.Local.Usage;

namespace Muster.Clouds.Tests.Local.Usage;

public sealed class ProcessTimesTests : IDisposable
{
    private readonly string _proc = Directory.CreateTempSubdirectory("muster-proc-").FullName;

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    [Fact]
    public void A_session_s_processes_count_together_with_the_children_that_they_waited_for()
    {
        Write(10, "sh", session: 10, userTicks: 100, systemTicks: 50, childTicks: 850, pages: 2);
        Write(11, "a) R (b", session: 10, userTicks: 25, systemTicks: 0, childTicks: 0, pages: 3);
        Write(12, "other", session: 12, userTicks: 1, systemTicks: 0, childTicks: 0, pages: 1);
        Directory.CreateDirectory(Path.Combine(_proc, "sys"));
        Directory.CreateDirectory(Path.Combine(_proc, "13"));

        var sessions = new ProcessTimes(_proc).Read();

        Assert.Equal((10.25, 5.0 * Environment.SystemPageSize), sessions[10]);
        Assert.Equal(0.01, sessions[12].CpuSeconds);
        Assert.Equal(2, sessions.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7 (sh) S 1 7")]
    [InlineData("nothing at all")]
    public void What_is_not_whole_is_nobody(string line) => Assert.Null(ProcessTimes.Parse(line));

    private void Write(int pid, string command, int session, int userTicks, int systemTicks, int childTicks, int pages)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_proc, pid.ToString(CultureInfo.InvariantCulture))).FullName;
        File.WriteAllText(
            Path.Combine(directory, "stat"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{pid} ({command}) S 1 {session} {session} 0 -1 4194560 1 2 3 4 {userTicks} {systemTicks} {childTicks} 0 20 0 1 0 "
                + $"500 1000000 {pages} 18446744073709551615 1\n"));
    }
}
