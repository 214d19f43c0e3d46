using System.Diagnostics;

using Muster.EndToEnd.Support;

using Xunit.Sdk;

namespace Muster.EndToEnd;

/// <summary><c>./demo</c>, as somebody runs it who has just cloned the repository.</summary>
public sealed class DemoTests : IDisposable
{
    private static readonly string[] BuildServers = ["VBCSCompiler", "MSBuild"];

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-demo-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_shows_a_group_that_comes_up_heals_and_grows_and_leaves_nothing_behind()
    {
        var run = (await ShellAsync("./demo")).Good();

        Assert.Contains("web: 3 wanted, 3 running", run.Output, StringComparison.Ordinal);
        Assert.Contains("web: 5 wanted, 5 running", run.Output, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_reader_that_goes_away_in_the_middle_leaves_nothing_running_and_no_complaint_of_the_server()
    {
        // The reader has seen the group when it leaves, so instances run.
        var run = (await ShellAsync("./demo | sed '/3 running/q'")).Good();

        Assert.Contains("web: 3 wanted, 3 running", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("failed", run.Error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task It_shows_a_group_over_two_clouds_that_spills_leaves_and_comes_home()
    {
        var run = (await ShellAsync("./demo --placements")).Good();

        Assert.Contains("6 wanted, 6 running: near 4; far 2", run.Output, StringComparison.Ordinal);
        Assert.Contains("evacuated", run.Output, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task It_shows_a_group_that_follows_its_load_up_and_down_with_a_plot_of_both()
    {
        var run = (await ShellAsync("./demo --steering")).Good();

        Assert.Matches("capacity [34] → [456] by policy level: target requests: ", run.Output);
        Assert.Matches("capacity [2-8] → 1 by policy level: target requests: ", run.Output);
        Assert.Contains(". instances wanted   # instances up", run.Output, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("--steering --cloud docker", "--steering has a cloud of its own")]
    [InlineData("--steering --placements", "--steering has a cloud of its own")]
    [InlineData("--placements --cloud docker", "--placements has clouds of its own")]
    [InlineData("--clod local", "unknown argument '--clod'")]
    [InlineData("local", "unknown argument 'local'")]
    [InlineData("--cloud", "--cloud has no value")]
    [InlineData(
        "--cloud vax",
        "--cloud is 'vax'; allowed: local, azure, digitalocean, docker, ec2, gce, hetzner, incus, libvirt, lxd, openstack, proxmox, "
            + "triton, vsphere")]
    public async Task An_argument_that_it_does_not_know_is_refused_and_starts_nothing(string arguments, string error)
    {
        var run = await ShellAsync($"./demo {arguments}");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_process_that_has_the_directory_in_its_environment_alone_is_seen()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /proc");
        using var process = Process.Start(new ProcessStartInfo("/bin/sleep", "60") { Environment = { ["TMPDIR"] = _directory } })!;
        try
        {
            Assert.Throws<DoesNotContainException>(AssertNothingIsLeft);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }

        AssertNothingIsLeft();
    }

    private Task<ProgramRun> ShellAsync(string command) => ProgramRun.OfAsync(
        "/bin/sh", ["-c", $"cd '{MusterExe.Root}' && {command}"], new Dictionary<string, string> { ["TMPDIR"] = _directory });

    /// <summary>
    /// All that a demonstration makes is in its directory, which is in the command line or environment of all that it starts.
    /// </summary>
    private void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory, "muster-demo.*"));
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            var command = Read(Path.Combine(process, "cmdline"));
            Assert.DoesNotContain(_directory, command, StringComparison.Ordinal);
            // A build's own servers stay for the next build, whoever asked for this one.
            if (!BuildServers.Any(server => command.Contains(server, StringComparison.Ordinal)))
            {
                Assert.DoesNotContain(_directory, Read(Path.Combine(process, "environ")), StringComparison.Ordinal);
            }
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // It ended meanwhile.
        }
        catch (UnauthorizedAccessException)
        {
            return ""; // Another user's, and a demonstration starts nothing as another user.
        }
    }
}
