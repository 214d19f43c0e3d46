using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>With what a real process is born, and what of it others can see.</summary>
public sealed class LocalBirthTests
{
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyDirectory = OwnerOnlyFile | UnixFileMode.UserExecute;

    private static readonly string[] Files = ["stdout.log", "stderr.log", "user-data", "instance.json"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
}
