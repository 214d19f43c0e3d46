using Muster.Clouds.Local.Files;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>Launches that break off, overlap and are asked for again; all on real processes.</summary>
public sealed class LocalLaunchTests
{
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyDirectory = OwnerOnlyFile | UnixFileMode.UserExecute;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_that_was_only_intended_is_not_listed_and_can_be_repeated()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        // As a crash between the intent and the process leaves it.
        RealProcesses.Signal(RealProcesses.Pid(launched), RealProcesses.Kill);
        await Wait.UntilAsync("it is dead", () => !RealProcesses.IsAlive(RealProcesses.Pid(launched)));
        await File.WriteAllTextAsync(Path.Combine(launched.Attributes["directory"], "boot"), "", Cancellation);
        await harness.ReopenAsync();
        Assert.Empty(await harness.ListAsync());

        var launch = new LaunchId(Guid.Parse(launched.Id.Value));
        var repeated = await harness.Cloud.LaunchAsync(Requests.Make(launch, "sleep 1000"), Cancellation);

        Assert.Equal((launched.Id, InstanceState.Running), (repeated.Id, repeated.State));
        Assert.NotEqual(RealProcesses.Pid(launched), RealProcesses.Pid(repeated));
        Assert.Equal(launched.Id, Assert.Single(await harness.ListAsync()).Id);
    }

    [Fact]
    public async Task An_intent_made_anew_by_another_process_is_known_by_its_new_record()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        RealProcesses.Signal(RealProcesses.Pid(launched), RealProcesses.Kill);
        await Wait.UntilAsync("it is dead", () => !RealProcesses.IsAlive(RealProcesses.Pid(launched)));
        File.Delete(Path.Combine(launched.Attributes["directory"], "boot"));
        await harness.ReopenAsync();
        Assert.Empty(await harness.ListAsync());
        await using var other = harness.Open();

        var repeated = await other.LaunchAsync(
            Requests.Make(new LaunchId(Guid.Parse(launched.Id.Value)), "sleep 1000"), Cancellation);

        var listed = Assert.Single(await harness.ListAsync());
        Assert.Equal(
            (repeated.Id, InstanceState.Running, repeated.Attributes["port"], repeated.Attributes["pid"]),
            (listed.Id, listed.State, listed.Attributes["port"], listed.Attributes["pid"]));
        Assert.Equal(
            [repeated.Attributes["port"]],
            Directory.EnumerateFiles(Path.Combine(harness.Root, "ports")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_launch_by_another_process_that_is_not_through_is_provisioning_and_waited_for()
    {
        await using var harness = new LocalHarness();
        var request = Requests.Make("sleep 1000");
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);
        await harness.Cloud.DisposeAsync();
        var boot = Path.Combine(launched.Attributes["directory"], "boot");
        File.Move(boot, boot + ".later");
        var files = new LocalFiles(harness.Root, new SystemRandomSource());
        // The boot stage of the other process, as far as the files tell: it holds the lock and has not written who it is.
        var stage = LaunchLock.TryTake(files, request.Launch)!;
        await harness.ReopenAsync();
        Assert.Equal(InstanceState.Provisioning, Assert.Single(await harness.ListAsync()).State);
        var repeated = harness.Cloud.LaunchAsync(request, Cancellation);
        Assert.False(repeated.IsCompleted);

        File.Move(boot + ".later", boot);
        stage.Dispose();

        Assert.Equal(RealProcesses.Pid(launched), RealProcesses.Pid(await repeated));
        Assert.Equal(InstanceState.Running, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task A_launch_of_which_something_is_left_is_a_doubt()
    {
        await using var harness = new LocalHarness(options =>
        {
            options.Shell = Path.Combine(Path.GetDirectoryName(options.Directory)!, "shell");
            File.WriteAllText(options.Shell, "#!/bin/sh\necho '{' >\"${4%/*}/instance.json\"; exit 1\n");
            File.SetUnixFileMode(options.Shell, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        });
        var request = Requests.Make("sleep 1000");

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Contains("could not be started", error.Message, StringComparison.Ordinal);
        Assert.Contains("could not be removed", error.Message, StringComparison.Ordinal);
        // A record that nobody can read is a failure in the port's words, and never a listing without it.
        var unread = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);
        Assert.Equal(CloudErrorKind.Unavailable, unread.Kind);
        Assert.True(Directory.Exists(Path.Combine(harness.Root, "instances", request.Launch.ToString())));
    }

    [Fact]
    public async Task A_launch_whose_boot_stage_fails_did_not_happen()
    {
        await using var harness = new LocalHarness(options => options.Shell = "/bin/false");

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.LaunchAsync("sleep 1000"));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("exited with code 1", error.Message, StringComparison.Ordinal);
        Assert.Empty(await harness.ListAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(harness.Root, "instances")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(harness.Root, "ports")));
    }

    [Fact]
    public async Task A_boot_stage_that_lives_longer_than_its_owner_makes_the_instance_and_nobody_makes_a_second()
    {
        await using var harness = new LocalHarness();
        var shell = SlowShell(harness.Outside);
        var launch = Assert.Single(LocalOwner.Launches(seed: 5, count: 1));
        using (var owner = await LocalOwner.StartAsync(harness.Root, seed: 5, count: 1, "sleep 1000", shell: shell))
        {
            owner.Go();
            await Wait.UntilAsync("the stage has begun", () => File.Exists(shell + ".begun"));
            owner.Crash();
        }

        Assert.Equal(InstanceState.Provisioning, Assert.Single(await harness.ListAsync()).State);

        var repeated = await harness.Cloud.LaunchAsync(Requests.Make(launch, "sleep 1000"), Cancellation);

        Assert.Equal(InstanceState.Running, repeated.State);
        Assert.Equal([RealProcesses.Pid(repeated)], Mine(repeated));
    }

    [Fact]
    public async Task A_launch_whose_caller_stops_waiting_is_found_by_its_id()
    {
        var shell = "";
        await using var harness = new LocalHarness(options => options.Shell = shell = SlowShell(Path.GetDirectoryName(options.Directory)!));
        var request = Requests.Make("sleep 1000");
        using var impatience = new CancellationTokenSource();
        var launching = harness.Cloud.LaunchAsync(request, impatience.Token);
        await Wait.UntilAsync("the stage has begun", () => File.Exists(shell + ".begun"));

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launching);
        var repeated = await harness.Cloud.LaunchAsync(request, Cancellation);
        Assert.Equal(InstanceState.Running, repeated.State);
        Assert.Equal([RealProcesses.Pid(repeated)], Mine(repeated));
    }

    [Fact]
    public async Task Terminating_what_another_process_is_launching_waits_and_then_ends_it()
    {
        await using var harness = new LocalHarness();
        var shell = SlowShell(harness.Outside);
        using var owner = await LocalOwner.StartAsync(harness.Root, seed: 6, count: 1, "sleep 1000", shell: shell);
        owner.Go();
        await Wait.UntilAsync("the stage has begun", () => File.Exists(shell + ".begun"));
        var provisioning = Assert.Single(await harness.ListAsync());

        await harness.TerminateAsync(provisioning);

        await harness.WaitForGoneAsync(provisioning.Id);
        Assert.Empty(Mine(provisioning));
        await owner.WaitUntilDoneAsync();
        Assert.Empty(await harness.ListAsync());
    }

    /// <summary>A shell that takes its time, so that things surely happen before the boot stage is through.</summary>
    private static string SlowShell(string directory)
    {
        var shell = Path.Combine(directory, "slow-sh");
        File.WriteAllText(shell, $"#!/bin/sh\ntouch {shell}.begun\nsleep 0.3\nexec /bin/sh \"$@\"\n");
        File.SetUnixFileMode(shell, OwnerOnlyDirectory);
        return shell;
    }

    private static int[] Mine(Instance instance) => RealProcesses.WithEnvironment($"MUSTER_LAUNCH={instance.Id}");
}
