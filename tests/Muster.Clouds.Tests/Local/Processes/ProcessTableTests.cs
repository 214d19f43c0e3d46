using System.Diagnostics;

using Muster.Clouds.Local.Processes;

namespace Muster.Clouds.Tests.Local.Processes;

/// <summary>Both tables on the same real processes: what macOS uses runs on Linux too.</summary>
public sealed class ProcessTableTests
{
    public static TheoryData<string> Tables => ["linux", "ps"];

    [Theory, MemberData(nameof(Tables))]
    public void A_process_reads_itself_as_others_read_it(string name)
    {
        var table = Table(name);
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{table.ReadSelfScript}; echo \"$self\"; read wait");
        using var shell = Process.Start(start)!;

        var self = table.Parse(shell.StandardOutput.ReadLine()!);
        var other = table.Read(shell.Id);

        Assert.Equal(shell.Id, self!.Value.Pid);
        Assert.Equal(self, other!.Identity);
        Assert.False(other.IsDead);
        Assert.False(other.IsStopped);
        shell.StandardInput.Close();
        shell.WaitForExit();
        Assert.Null(table.Read(shell.Id));
    }

    [Theory, MemberData(nameof(Tables))]
    public void What_is_cut_short_is_nobody(string name)
    {
        Assert.Null(Table(name).Parse(""));
        Assert.Null(Table(name).Parse("12 (sh) S 1"));
    }

    [Fact]
    public void A_command_with_brackets_and_blanks_in_its_name_is_read_all_the_same()
    {
        var identity = new LinuxProcessTable().Parse(
            "77 (a) S 1 (b) R 9) S 1 77 77 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 2 3");

        Assert.Equal(new ProcessIdentity(77, "4711"), identity);
    }

    private static IProcessTable Table(string name) => name == "linux" ? new LinuxProcessTable() : new PsProcessTable();
}
