using System.Collections.Immutable;
using System.Globalization;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Local;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Tests.Local.Cgroups;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>What is particular to instances that are processes; all on real ones.</summary>
public sealed class LocalCloudTests
{
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyDirectory = OwnerOnlyFile | UnixFileMode.UserExecute;

    private static readonly string[] Files = ["stdout.log", "stderr.log", "user-data", "instance.json"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reopened_cloud_shows_the_same_instances_with_the_same_processes()
    {
        await using var harness = new LocalHarness();
        var launched = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => harness.LaunchAsync("sleep 1000")));

        await harness.ReopenAsync();

        Assert.Equal(
            launched.OrderBy(instance => instance.Id).Select(instance => (instance.Id, RealProcesses.Pid(instance), InstanceState.Running)),
            (await harness.ListAsync()).Select(instance => (instance.Id, RealProcesses.Pid(instance), instance.State)));
    }

    [Fact]
    public async Task Instances_outlive_the_process_that_launched_them()
    {
        await using var harness = new LocalHarness();
        using (var owner = await LocalOwner.StartAsync(harness.Root, seed: 1, count: 2, "sleep 1000"))
        {
            owner.Go();
            await owner.WaitUntilDoneAsync();
            owner.Crash();
        }

        Assert.All(await harness.ListAsync(), instance => Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(instance))));
        Assert.Equal(2, (await harness.ListAsync()).Length);
    }

    [Fact]
    public async Task What_died_while_no_server_ran_is_listed_as_failed()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Kill);

        await harness.ReopenAsync();

        await harness.WaitForAsync(instance.Id, InstanceState.Failed);
    }

    [Theory]
    [InlineData("sh -c 'exit 3'", "exited with code 3")]
    [InlineData("sh -c 'kill -9 $$'", "killed by signal 9")]
    [InlineData("true", "exited with code 0")]
    public async Task An_instance_that_ends_by_itself_is_failed_and_says_how(string image, string detail)
    {
        await using var harness = new LocalHarness();

        var launched = await harness.LaunchAsync(image);

        var failed = await harness.WaitForAsync(launched.Id, InstanceState.Failed);
        Assert.Equal(detail, failed.StateDetail);
        await harness.ReopenAsync();
        Assert.Equal(detail, Assert.Single(await harness.ListAsync()).StateDetail);
    }

    [Fact]
    public async Task A_dead_instance_leaves_no_zombie()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");

        await harness.KillAsync(instance, Cancellation);

        await harness.WaitForAsync(instance.Id, InstanceState.Failed);
        Assert.False(RealProcesses.IsZombie(RealProcesses.Pid(instance)));
    }

    [Fact]
    public async Task An_exit_is_told_to_watchers_in_well_under_a_second()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        await using var changes = harness.Cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = changes.MoveNextAsync().AsTask();
        var start = TimeProvider.System.GetTimestamp();

        await harness.KillAsync(instance, Cancellation);
        await Patiently.ForAsync(next, "a watcher hears of the exit", TimeSpan.FromSeconds(1));

        Assert.Equal((Requests.Group, instance.Id), (changes.Current.Group!.Value, changes.Current.Instance));
        Assert.Equal(InstanceState.Failed, (await harness.FindAsync(instance.Id))!.State);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Without_process_descriptors_an_exit_is_seen_by_polling()
    {
        await using var harness = new LocalHarness(options => options.PollsForExits = true);
        var instance = await harness.LaunchAsync("sleep 1000");
        await using var changes = harness.Cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = changes.MoveNextAsync().AsTask();

        await harness.KillAsync(instance, Cancellation);
        await Patiently.ForAsync(next, "a watcher hears of the exit", harness.Patience);

        var failed = await harness.FindAsync(instance.Id);
        Assert.Equal((InstanceState.Failed, "killed by signal 9"), (failed!.State, failed.StateDetail));
        await harness.TerminateAsync(instance);
        await harness.WaitForGoneAsync(instance.Id);
    }

    [Fact]
    public async Task What_another_muster_process_launches_and_ends_is_seen_and_told_here()
    {
        await using var harness = new LocalHarness();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(harness.Patience);
        await using var changes = harness.Cloud.WatchAsync(Requests.Installation, patience.Token).GetAsyncEnumerator(patience.Token);
        var next = changes.MoveNextAsync().AsTask();
        using var owner = await LocalOwner.StartAsync(harness.Root, seed: 3, count: 1, "sleep 1000");

        owner.Go();

        await next;
        while (await harness.FindAsync(changes.Current.Instance) is not { State: InstanceState.Running })
        {
            await changes.MoveNextAsync();
        }

        var instance = Assert.Single(await harness.ListAsync());
        await harness.TerminateAsync(instance);
        await harness.WaitForGoneAsync(instance.Id);
        Assert.False(RealProcesses.IsAlive(RealProcesses.Pid(instance)));
    }

    [Fact]
    public async Task A_termination_by_another_muster_process_is_not_taken_for_a_failure()
    {
        await using var harness = new LocalHarness();
        await using var other = harness.Open();
        var instance = await harness.LaunchAsync("sh -c 'trap \"\" TERM; echo up; while :; do sleep 1000; done'");
        await LocalHarness.OutputAsync(instance);
        Assert.Equal(InstanceState.Running, Assert.Single(await LocalHarness.ListAsync(other)).State);

        await other.TerminateAsync(instance.Id, Cancellation);

        Assert.Equal(InstanceState.Terminating, (await harness.FindAsync(instance.Id))!.State);
        await harness.KillAsync(instance, Cancellation);
        await harness.WaitForGoneAsync(instance.Id);
    }

    [Fact]
    public async Task A_process_stopped_by_hand_is_stopped_until_it_goes_on()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");

        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Stop);
        await harness.WaitForAsync(instance.Id, InstanceState.Stopped);
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Continue);
        await harness.WaitForAsync(instance.Id, InstanceState.Running);
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Stop);
        await harness.WaitForAsync(instance.Id, InstanceState.Stopped);
        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
    }

    [Fact]
    public async Task Terminating_ends_the_whole_process_group()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sh -c 'sleep 1000 & echo up; sleep 1000'");
        await LocalHarness.OutputAsync(instance);
        await Wait.UntilAsync("shell and both sleeps run", () => Mine(instance).Length == 3);

        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
        Assert.Empty(Mine(instance));
    }

    [Fact]
    public async Task Terminating_a_dead_instance_ends_what_it_left_behind()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sh -c 'sleep 1000 & sleep 1000'");
        await Wait.UntilAsync("shell and both sleeps run", () => Mine(instance).Length == 3);
        await harness.KillAsync(instance, Cancellation);
        await harness.WaitForAsync(instance.Id, InstanceState.Failed);
        Assert.Equal(2, Mine(instance).Length);

        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
        Assert.Empty(Mine(instance));
    }

    [Fact]
    public async Task What_ignores_SIGTERM_is_killed_after_the_grace_and_not_before()
    {
        var timeProvider = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var harness = new LocalHarness(options => options.StopGrace = TimeSpan.FromSeconds(30), timeProvider);
        var instance = await harness.LaunchAsync("sh -c 'trap \"echo no\" TERM; echo up; while :; do sleep 1000 & wait $!; done'");
        await LocalHarness.OutputAsync(instance);

        await harness.TerminateAsync(instance);

        // The trap has answered, so the signal came; and only the clock stands between it and the kill.
        await LocalHarness.OutputAsync(instance, lines: 2);
        timeProvider.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(InstanceState.Terminating, (await harness.FindAsync(instance.Id))!.State);
        Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(instance)));
        await Wait.UntilAsync("the grace is over and the instance gone", async () =>
        {
            timeProvider.Advance(TimeSpan.FromSeconds(1));
            return await harness.FindAsync(instance.Id) is null;
        });
        Assert.Empty(Mine(instance));
    }

    [Fact]
    public async Task A_template_may_have_a_grace_of_its_own()
    {
        await using var harness = new LocalHarness(options => options.StopGrace = TimeSpan.FromHours(1));
        var template = Requests.Template("sh -c 'trap \"\" TERM; echo up; while :; do sleep 1000; done'") with
        {
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("stop_grace", "100ms"),
        };
        var instance = await harness.LaunchAsync(template);
        await LocalHarness.OutputAsync(instance);

        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
    }

    [Fact]
    public async Task A_reused_pid_is_not_taken_for_the_instance_nor_terminated()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        var pid = RealProcesses.Pid(instance);
        await harness.Cloud.DisposeAsync();
        RecordAnEarlierStart(Path.Combine(instance.Attributes["directory"], "boot"));

        await harness.ReopenAsync();

        Assert.Equal(InstanceState.Failed, (await harness.FindAsync(instance.Id))!.State);
        Assert.True(RealProcesses.IsAlive(pid));
    }

    [Fact]
    public async Task A_stranger_with_the_pid_of_a_dead_instance_survives_its_termination()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        // Leads its own group as instances do, and has none of their marks.
        var stranger = await harness.LaunchAsync("env -i sleep 1000");
        await Wait.UntilAsync(
            "the stranger has washed its environment", () => RealProcesses.Environment(RealProcesses.Pid(stranger)) == "");
        await harness.Cloud.DisposeAsync();
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Kill);
        var boot = Path.Combine(instance.Attributes["directory"], "boot");
        await File.WriteAllTextAsync(
            boot,
            (await File.ReadAllTextAsync(boot, Cancellation)).Replace(
                $"{RealProcesses.Pid(instance)} (", $"{RealProcesses.Pid(stranger)} (", StringComparison.Ordinal),
            Cancellation);
        RecordAnEarlierStart(boot);
        await harness.ReopenAsync();
        Assert.Equal(InstanceState.Failed, (await harness.FindAsync(instance.Id))!.State);

        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
        Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(stranger)));
        Assert.Equal(InstanceState.Running, (await harness.FindAsync(stranger.Id))!.State);
        RealProcesses.Signal(RealProcesses.Pid(stranger), RealProcesses.Kill);
    }

    [Fact]
    public async Task Instances_of_an_earlier_run_of_the_machine_are_lost()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        var record = Path.Combine(instance.Attributes["directory"], "instance.json");
        var bootId = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Cancellation)).Trim();
        await File.WriteAllTextAsync(
            record,
            (await File.ReadAllTextAsync(record, Cancellation))
                .Replace(bootId, "00000000-0000-4000-8000-000000000000", StringComparison.Ordinal),
            Cancellation);

        await harness.ReopenAsync();

        var lost = await harness.FindAsync(instance.Id);
        Assert.Equal((InstanceState.Failed, "lost in a restart of the machine"), (lost!.State, lost.StateDetail));
    }

    [Fact]
    public async Task The_environment_holds_what_is_promised_and_nothing_of_the_servers()
    {
        await using var harness = new LocalHarness();
        var template = Requests.Template("env") with
        {
            UserData = "#cloud-config\nsecret: ü\n",
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("role.name", "web server").Add("Tier", "1"),
        };
        Environment.SetEnvironmentVariable("MUSTER_TOKEN", "secret-of-the-server");

        var instance = await harness.LaunchAsync(template);

        await harness.WaitForAsync(instance.Id, InstanceState.Failed);
        var directory = instance.Attributes["directory"];
        var variables = (await LocalHarness.OutputAsync(instance)).TrimEnd('\n').Split('\n')
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var expected = new Dictionary<string, string>
        {
            ["PORT"] = instance.Attributes["port"],
            ["HOME"] = Path.Combine(directory, "work"),
            ["PWD"] = Path.Combine(directory, "work"),
            ["MUSTER_DATA"] = Path.Combine(directory, "work"),
            ["TMPDIR"] = Path.Combine(directory, "tmp"),
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["SHELL"] = "/bin/sh",
            ["MUSTER_INSTANCE_ID"] = instance.Id.Value,
            ["MUSTER_INSTANCE_NAME"] = instance.Name,
            ["MUSTER_LAUNCH"] = instance.Tags[MusterTags.Launch],
            ["MUSTER_INSTALLATION"] = Requests.Installation.ToString(),
            ["MUSTER_ACCOUNT"] = template.Account.ToString(),
            ["MUSTER_GROUP"] = Requests.Group.ToString(),
            ["MUSTER_GROUP_NAME"] = "web",
            ["MUSTER_TEMPLATE"] = template.Id.ToString(),
            ["MUSTER_USER_DATA_FILE"] = Path.Combine(directory, "user-data"),
            ["MUSTER_META_ROLE_NAME"] = "web server",
            ["MUSTER_META_TIER"] = "1",
        };
        Assert.All(expected, pair => Assert.Equal((pair.Key, pair.Value), (pair.Key, variables.GetValueOrDefault(pair.Key))));
        // LANG, TZ and the user's name may come with them; "_" is the shell's own.
        Assert.Empty(variables.Keys.Except(expected.Keys).Except(["LANG", "TZ", "USER", "LOGNAME", "_"]));
        Assert.Equal(template.UserData, await File.ReadAllTextAsync(variables["MUSTER_USER_DATA_FILE"], Cancellation));
    }

    [Fact]
    public async Task An_instance_has_no_file_of_the_servers_open()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sh -c 'ls -l /proc/$$/fd; echo end >&2'");

        await harness.WaitForAsync(instance.Id, InstanceState.Failed);

        var directory = instance.Attributes["directory"];
        var descriptors = (await LocalHarness.OutputAsync(instance)).Split('\n')
            .Where(line => line.Contains("->", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf("->", StringComparison.Ordinal) + 3)..]);
        Assert.Equal(["/dev/null", instance.Attributes["log"], Path.Combine(directory, "stderr.log")], descriptors);
        Assert.Equal("end\n", await File.ReadAllTextAsync(Path.Combine(directory, "stderr.log"), Cancellation));
    }

    [Fact]
    public async Task An_instance_has_its_signals_as_at_birth()
    {
        await using var harness = new LocalHarness();

        // Not through a shell, which blocks signals of its own accord now and then.
        var instance = await harness.LaunchAsync("grep -E '^Sig(Ign|Blk)' /proc/self/status");

        Assert.Equal(
            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", await LocalHarness.OutputAsync(instance, lines: 2));
    }

    [Fact]
    public async Task Everything_of_an_instance_is_its_owners_only()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync(Requests.Template("sh -c 'pwd; sleep 1000'") with { UserData = "secret" });
        await LocalHarness.OutputAsync(instance);

        var directory = instance.Attributes["directory"];

        Assert.Equal(Path.Combine(directory, "work"), (await LocalHarness.OutputAsync(instance)).Trim());
        Assert.All(
            new[] { harness.Root, directory, Path.Combine(directory, "work"), Path.Combine(directory, "tmp") },
            path => Assert.Equal((path, OwnerOnlyDirectory), (path, File.GetUnixFileMode(path))));
        Assert.All(
            Files.Select(name => Path.Combine(directory, name)),
            path => Assert.Equal((path, OwnerOnlyFile), (path, File.GetUnixFileMode(path))));
    }

    [Fact]
    public async Task Ports_are_distinct_over_every_muster_process_and_free_again_afterwards()
    {
        // Exactly as many as there are ports; taken ones among them would fail the test, so they are chosen high and few.
        await using var harness = new LocalHarness(options => (options.PortFirst, options.PortLast) = (20_500, 20_519));
        await using var other = harness.Open();
        var clouds = new[] { harness.Cloud, other };

        var launched = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => Task.Run(() => clouds[i % 2].LaunchAsync(Requests.Make("sleep 1000"), Cancellation))));

        var ports = launched.Select(instance => int.Parse(instance.Attributes["port"], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 20_500, 20_519));
        Assert.All(launched, instance => Assert.Equal([$"127.0.0.1:{instance.Attributes["port"]}"], instance.Addresses));
        await Task.WhenAll(launched.Select(harness.TerminateAsync));
        await Wait.UntilAsync("all are gone", async () => (await harness.ListAsync()).Length == 0);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(harness.Root, "ports")));
    }

    [Fact]
    public async Task Without_a_free_port_a_launch_is_refused_and_leaves_nothing()
    {
        await using var harness = new LocalHarness(options => (options.PortFirst, options.PortLast) = (20_600, 20_600));
        using var taken = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 20_600));
        taken.Listen();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.LaunchAsync("sleep 1000"));

        Assert.Equal(CloudErrorKind.QuotaExceeded, error.Kind);
        Assert.Contains("20600", error.Message, StringComparison.Ordinal);
        Assert.Empty(await harness.ListAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(harness.Root, "ports")));
    }

    [Fact]
    public async Task The_word_muster_is_the_running_executable_when_none_is_on_the_path()
    {
        await using var harness = new LocalHarness(options => options.SelfPath = "/bin/echo");

        var instance = await harness.LaunchAsync("muster hello 'to you'");

        Assert.Equal("hello to you\n", await LocalHarness.OutputAsync(instance));
    }

    [Theory]
    [InlineData("'unclosed", "position 1: the single quote is never closed")]
    [InlineData("no-such-program-anywhere --now", "'no-such-program-anywhere' is not an executable on PATH")]
    [InlineData("./relative", "'./relative' is relative")]
    [InlineData("/etc/passwd", "'/etc/passwd' is not an executable file")]
    [InlineData("/etc", "'/etc' is not an executable file")]
    [InlineData("", "holds no word")]
    public async Task A_bad_image_is_refused_with_its_value_and_what_is_wrong(string image, string wrong)
    {
        await using var harness = new LocalHarness();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.LaunchAsync(image));
        var check = await harness.Cloud.CheckAsync(Requests.Template(image), Cancellation);

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains($"image is '{image}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(wrong, error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, Assert.Single(check.Findings, finding => !finding.IsGood).Message);
        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task Everything_wrong_with_a_template_is_said_at_once()
    {
        await using var harness = new LocalHarness();
        var template = Requests.Template("no-such-program-anywhere") with
        {
            Size = "huge",
            Networks = ["lan"],
            FirewallEnabled = true,
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("zone", "a").Add("stop_grace", "soon"),
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("a-b", "1").Add("a.b", "2"),
        };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(
            ["image", "size", "network", "firewall", "options.stop_grace", "metadata.a.b", "options.zone"],
            check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Field));
    }

    [Fact]
    public async Task A_size_that_cannot_be_applied_here_starts_all_the_same_and_says_so()
    {
        await using var harness = new LocalHarness(options => options.ControlGroupParent = "/nowhere/cgroup");
        var template = Requests.Template("sleep 1000") with { Size = "0.5cpu,256m" };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);
        var instance = await harness.LaunchAsync(template);

        Assert.True(check.IsGood);
        Assert.Contains(
            check.Findings,
            finding => finding.Field == "size" && finding.Message.StartsWith("would not be applied here: ", StringComparison.Ordinal));
        Assert.StartsWith("not applied: ", instance.Attributes["limits"], StringComparison.Ordinal);
        Assert.Equal(InstanceState.Running, instance.State);
    }

    [Fact]
    public async Task Limits_are_written_before_the_process_joins_its_cgroup()
    {
        await using var harness = new LocalHarness();
        var parent = Directory.CreateDirectory(Path.Combine(harness.Outside, "cgroup")).FullName;
        FakeControlGroups.MakeParent(parent);
        await using var cloud = LocalCloud.Open(
            new LocalCloudOptions { Directory = harness.Root, ControlGroupParent = parent }, TimeProvider.System, new SystemRandomSource());
        var request = Requests.Make(Requests.Template("sleep 1000") with { Size = "0.5cpu,256m" });
        var group = FakeControlGroups.MakeGroup(parent, request.Launch.ToString());

        var instance = await cloud.LaunchAsync(request, Cancellation);

        Assert.Equal("applied", instance.Attributes["limits"]);
        Assert.Equal("268435456", await File.ReadAllTextAsync(Path.Combine(group, "memory.max"), Cancellation));
        Assert.Equal("50000 100000", await File.ReadAllTextAsync(Path.Combine(group, "cpu.max"), Cancellation));
        // "0" is whoever writes it: the boot stage itself, before it becomes the image.
        Assert.Equal("0", await File.ReadAllTextAsync(Path.Combine(group, "cgroup.procs"), Cancellation));
    }

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

    [Fact]
    public async Task A_record_that_cannot_be_read_fails_the_listing_rather_than_shortening_it()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        var record = Path.Combine(instance.Attributes["directory"], "instance.json");
        var good = await File.ReadAllTextAsync(record, Cancellation);
        await File.WriteAllTextAsync(record, good[..20], Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ReopenAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains(instance.Attributes["directory"], error.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(record, good, Cancellation);
        await harness.ReopenAsync();
        Assert.Equal(InstanceState.Running, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task A_listing_that_cannot_be_whole_fails_each_time()
    {
        await using var harness = new LocalHarness();
        var broken = Directory.CreateDirectory(Path.Combine(harness.Root, "instances", harness.Random.NextId().ToString())).FullName;
        await File.WriteAllTextAsync(Path.Combine(broken, "instance.json"), "{", Cancellation);
        // Long enough ago that nothing could have changed unseen: the names would not be read again.
        Directory.SetLastWriteTimeUtc(Path.Combine(harness.Root, "instances"), DateTime.UnixEpoch.AddYears(50));

        await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        await Assert.ThrowsAsync<CloudException>(harness.ListAsync);
        Directory.Delete(broken, recursive: true);
        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task A_listing_of_many_pages_shows_each_once_and_says_which_is_last()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        // Dead instances are listed like living ones, and 1,100 directories are quicker made than as many processes.
        CopyDirectory(launched.Attributes["directory"], Path.Combine(harness.Root, "instances"), copies: 1_100);
        await harness.ReopenAsync();

        var pages = new List<InstancePage>();
        await foreach (var page in harness.Cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            pages.Add(page);
        }

        Assert.Equal([500, 500, 101], pages.Select(page => page.Instances.Length));
        Assert.Equal([false, false, true], pages.Select(page => page.IsLast));
        Assert.Equal(1_101, pages.SelectMany(page => page.Instances).Select(instance => instance.Id).Distinct().Count());
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_refused_by_name()
    {
        var file = Path.GetTempFileName();
        try
        {
            var error = Assert.Throws<InputException>(() => LocalCloud.Open(
                new LocalCloudOptions { Directory = Path.Combine(file, "data") }, TimeProvider.System, new SystemRandomSource()));

            Assert.Contains(file, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_closed_cloud_ends_its_watchers_and_takes_no_more_calls()
    {
        await using var harness = new LocalHarness();
        await using var changes = harness.Cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = changes.MoveNextAsync().AsTask();

        await harness.Cloud.DisposeAsync();

        Assert.Equal(CloudErrorKind.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => next)).Kind);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => harness.LaunchAsync("sleep 1000"));
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

    /// <summary>Makes the recorded process one that started earlier than the one that has its pid now.</summary>
    private static void RecordAnEarlierStart(string boot)
    {
        var lines = File.ReadAllLines(boot);
        var close = lines[0].LastIndexOf(')');
        var fields = lines[0][(close + 2)..].Split(' ');
        fields[19] = "1";
        lines[0] = lines[0][..(close + 2)] + string.Join(' ', fields);
        File.WriteAllText(boot, string.Join('\n', lines) + "\n");
    }

    private static void CopyDirectory(string directory, string parent, int copies)
    {
        var random = new SystemRandomSource();
        var (record, boot) = (
            File.ReadAllText(Path.Combine(directory, "instance.json")),
            File.ReadAllText(Path.Combine(directory, "boot")));
        for (var i = 0; i < copies; i++)
        {
            var launch = random.NextId().ToString();
            var copy = Directory.CreateDirectory(Path.Combine(parent, launch)).FullName;
            File.WriteAllText(
                Path.Combine(copy, "instance.json"), record.Replace(Path.GetFileName(directory), launch, StringComparison.Ordinal));
            File.WriteAllText(Path.Combine(copy, "boot"), boot);
            File.WriteAllText(Path.Combine(copy, "exit.json"), """{"code":1}""");
        }
    }
}
