using Muster.Clouds.Local;
using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>Instances of another user: they are nobody but that user, and get at nothing of the server's.</summary>
public sealed class RunAsTests : IDisposable
{
    private const string User = "nobody";

    private readonly string _homes = Directory.CreateTempSubdirectory("muster-homes-").FullName;

    public RunAsTests() => File.SetUnixFileMode(_homes, (UnixFileMode)0b111_001_001);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_homes, recursive: true);

    [Fact]
    public async Task An_instance_is_that_user_alone_and_cannot_enter_the_data_directory()
    {
        SkipUnlessRoot();
        await using var harness = new LocalHarness(Configure);
        var template = Requests.Template(
            $"sh -c 'id -un; id -Gn; pwd; grep -E \"CapEff|NoNewPrivs\" /proc/self/status; ls {harness.Root} && echo inside; echo x >mine && cat mine; cat $MUSTER_USER_DATA_FILE; echo; echo $USER; exec sleep 1000'")
            with { UserData = "for you" };

        var instance = await harness.LaunchAsync(template);
        var lines = (await LocalHarness.OutputAsync(instance, 8)).Split('\n');

        Assert.Equal(User, lines[0]);
        Assert.Equal("nogroup", lines[1]);
        Assert.Equal(Path.Combine(_homes, "homes", instance.Id.Value, "work"), lines[2]);
        Assert.Equal("CapEff:\t0000000000000000", lines[3]);
        Assert.Equal("NoNewPrivs:\t1", lines[4]);
        Assert.Equal("x", lines[5]);
        Assert.Equal("for you", lines[6]);
        Assert.Equal(User, lines[7]);
        Assert.DoesNotContain("inside", lines);
    }

    [Fact]
    public async Task It_is_found_again_ended_and_its_files_go_with_its_logs()
    {
        SkipUnlessRoot();
        await using var harness = new LocalHarness(options =>
        {
            Configure(options);
            options.LogsKeptMax = 0;
        });
        // A link to what only root may touch: removing must not follow it.
        var precious = Path.Combine(harness.Outside, "precious");
        await File.WriteAllTextAsync(precious, "kept", Cancellation);
        var instance = await harness.LaunchAsync($"sh -c 'ln -s {harness.Outside} link; ln -s / root; echo done; exec sleep 1000'");
        await LocalHarness.OutputAsync(instance);

        await harness.ReopenAsync();
        Assert.Equal(InstanceState.Running, (await harness.FindAsync(instance.Id))!.State);
        await harness.TerminateAsync(instance);
        await harness.WaitForGoneAsync(instance.Id);
        File.Delete(Path.Combine(harness.Root, "swept"));
        await harness.ReopenAsync();

        await Wait.UntilAsync("its files are gone", () => Task.FromResult(!Directory.Exists(Path.Combine(_homes, "homes", instance.Id.Value))));
        Assert.True(File.Exists(precious));
        Assert.False(RealProcesses.IsAlive(RealProcesses.Pid(instance)));
    }

    [Theory]
    [InlineData("no-such-user", "a user of this machine")]
    [InlineData("root", "a user other than root")]
    public void A_user_that_cannot_be_is_refused(string user, string allowed)
    {
        SkipUnlessRoot();
        var options = new LocalCloudOptions { Directory = Path.Combine(_homes, "cloud"), RunAs = user };

        var error = Assert.Throws<InputException>(options.Check);

        Assert.StartsWith(allowed, Assert.Single(error.Errors).Allowed, StringComparison.Ordinal);
        Assert.Equal("run_as", error.Errors[0].Field);
    }

    [Fact]
    public void A_data_directory_that_others_may_enter_is_refused_and_so_is_one_for_files_that_they_cannot_reach()
    {
        SkipUnlessRoot();
        var data = Directory.CreateDirectory(Path.Combine(_homes, "data")).FullName;
        File.SetUnixFileMode(data, (UnixFileMode)0b111_101_101);
        var closed = Directory.CreateDirectory(Path.Combine(_homes, "closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;

        var error = Assert.Throws<InputException>(new LocalCloudOptions { Directory = data, RunAs = User, RunAsDirectory = closed + "/homes" }.Check);

        Assert.Equal(["data", "run_as_directory"], error.Errors.Select(each => each.Field));
    }

    private static void SkipUnlessRoot() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the cloud has no right to be another user here");

    private void Configure(LocalCloudOptions options)
    {
        options.RunAs = User;
        options.RunAsDirectory = Path.Combine(_homes, "homes");
    }
}
