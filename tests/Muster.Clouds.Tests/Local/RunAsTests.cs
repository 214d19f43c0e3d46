using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Local;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Core;
using Muster.Core.Clouds;
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
            $"sh -c 'id -un; id -Gn; pwd; grep -E \"CapEff|NoNewPrivs\" /proc/self/status; ls {harness.Root} && echo inside; "
            + "echo x >mine && cat mine; cat $MUSTER_USER_DATA_FILE; echo; echo $USER; exec sleep 1000'")
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

        await Wait.UntilAsync(
            "its files are gone", () => Task.FromResult(!Directory.Exists(Path.Combine(_homes, "homes", instance.Id.Value))));
        Assert.True(File.Exists(precious));
        Assert.False(RealProcesses.IsAlive(RealProcesses.Pid(instance)));
    }

    [Fact]
    public async Task It_gives_notice_from_where_its_files_are()
    {
        SkipUnlessRoot();
        await using var harness = new LocalHarness(Configure);

        var instance = await harness.Cloud.LaunchAsync(
            Requests.Make("sh -c 'touch -d @2000000000 \"$MUSTER_NOTICE_FILE\"; exec sleep 1000'") with { IsInterruptible = true },
            Cancellation);

        await Wait.UntilAsync(
            "it is leaving",
            async () => (await harness.FindAsync(instance.Id))!.LeavingAt == DateTimeOffset.FromUnixTimeSeconds(2_000_000_000));
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

        var error = Assert.Throws<InputException>(
            new LocalCloudOptions { Directory = data, RunAs = User, RunAsDirectory = closed + "/homes" }.Check);

        Assert.Equal(["data", "run_as_directory"], error.Errors.Select(each => each.Field));
    }

    [Fact]
    public void Files_are_removed_with_nothing_of_the_servers_environment()
    {
        SkipUnlessRoot();
        var removal = InstanceHomes.Removal(_homes, RunAsUser.Find(User).Found!);

        Assert.Equal(["LC_ALL", "PATH"], removal.Environment.Keys.Order(StringComparer.Ordinal));
        Assert.NotEqual(Environment.GetEnvironmentVariable("PATH"), removal.Environment["PATH"]);
    }

    [Fact]
    public void What_is_made_on_the_way_can_be_passed_through_whatever_the_umask()
    {
        SkipUnlessRoot();

        _ = new InstanceHomes(Path.Combine(_homes, "a", "b"), RunAsUser.Find(User).Found!);

        // Not what the umask makes of a directory's usual permissions, whether that would do or not.
        Assert.Equal((UnixFileMode)0b111_001_001, File.GetUnixFileMode(Path.Combine(_homes, "a")));
        Assert.Equal((UnixFileMode)0b111_001_001, File.GetUnixFileMode(Path.Combine(_homes, "a", "b")));
    }

    [Theory]
    [InlineData("owned", "is user 65534's")]
    [InlineData("open", "may be written by others")]
    [InlineData("link", "may be written by others")]
    [InlineData("loose-link", "is user 65534's")]
    public void A_place_on_whose_way_somebody_else_may_put_another_is_refused(string above, string why)
    {
        SkipUnlessRoot();
        var user = RunAsUser.Find(User).Found!;
        Assert.Equal(65534u, user.User);
        foreach (var name in new[] { "owned", "open", "fine" })
        {
            File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(_homes, name)).FullName, (UnixFileMode)0b111_101_101);
        }

        LibC.Give(Path.Combine(_homes, "owned"), user.User, user.Group);
        File.SetUnixFileMode(Path.Combine(_homes, "open"), (UnixFileMode)0b111_111_111);
        File.CreateSymbolicLink(Path.Combine(_homes, "link"), Path.Combine(_homes, "open"));
        File.CreateSymbolicLink(Path.Combine(_homes, "loose-link"), Path.Combine(_homes, "fine"));
        LibC.Give(Path.Combine(_homes, "loose-link"), user.User, user.Group);
        LocalCloudOptions Options(string name) =>
            new() { Directory = Path.Combine(_homes, "data"), RunAs = User, RunAsDirectory = Path.Combine(_homes, name, "homes") };

        var error = Assert.Throws<InputException>(Options(above).Check);

        Assert.Equal("run_as_directory", Assert.Single(error.Errors).Field);
        Assert.Contains(why, error.Errors[0].Allowed, StringComparison.Ordinal);
        Options("fine").Check();
    }

    [Fact]
    public async Task Nothing_is_left_of_a_launch_that_came_to_nothing()
    {
        SkipUnlessRoot();
        await using var harness = new LocalHarness(Configure);
        var request = Requests.Make(Requests.Template("sleep 1000") with { UserData = "for you" });
        // In the way of the record, which comes last.
        var inTheWay = Directory.CreateDirectory(Path.Combine(harness.Root, "instances", request.Launch.ToString())).FullName;
        await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_homes, "homes")));

        // Half made by one that died: not in the way of the next try.
        Directory.Delete(inTheWay);
        var home = Directory.CreateDirectory(Path.Combine(_homes, "homes", request.Launch.ToString())).FullName;
        await File.WriteAllTextAsync(Path.Combine(home, "user-data"), "half", Cancellation);
        var instance = await harness.Cloud.LaunchAsync(request, Cancellation);
        Assert.Equal(InstanceState.Running, instance.State);

        // And not tried again: the sweep takes it.
        var lost = Directory.CreateDirectory(Path.Combine(_homes, "homes", harness.Random.NextId().ToString())).FullName;
        Directory.SetLastWriteTimeUtc(lost, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        File.Delete(Path.Combine(harness.Root, "swept"));
        await harness.ReopenAsync();
        await Wait.UntilAsync("what was lost is gone", () => Task.FromResult(!Directory.Exists(lost)));
        Assert.True(Directory.Exists(home));
    }

    [Fact]
    public void What_is_wrong_with_the_directory_of_files_is_said_of_its_option()
    {
        SkipUnlessRoot();
        var file = Path.Combine(_homes, "file");
        File.WriteAllText(file, "");

        var error = Assert.Throws<InputException>(() => LocalCloud.Open(
            new LocalCloudOptions { Directory = Path.Combine(_homes, "data"), RunAs = User, RunAsDirectory = file },
            TimeProvider.System,
            new SystemRandomSource()));

        Assert.Equal("run_as_directory", Assert.Single(error.Errors).Field);
    }

    [Fact]
    public void A_check_of_the_file_tells_what_a_start_would_refuse()
    {
        SkipUnlessRoot();
        File.SetUnixFileMode(_homes, (UnixFileMode)0b111_101_101);
        CloudSetup Setup(params (string Name, string Value)[] options) => new()
        {
            Name = "here",
            DataDirectory = _homes,
            Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
            Time = TimeProvider.System,
            Random = new SystemRandomSource(),
        };

        Assert.Contains(
            $"chmod 700 {_homes}", Assert.Single(CloudKinds.Check("local", Setup(("run_as", User)))).Allowed, StringComparison.Ordinal);
        // Also where a default does not go with what is written.
        Assert.Equal("port_last", Assert.Single(CloudKinds.Check("local", Setup(("port_first", "40000")))).Field);
    }

    private static void SkipUnlessRoot() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the cloud has no right to be another user here");

    private void Configure(LocalCloudOptions options)
    {
        options.RunAs = User;
        options.RunAsDirectory = Path.Combine(_homes, "homes");
    }
}
