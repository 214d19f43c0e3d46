using System.Text.RegularExpressions;

using Muster.Api.Client;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering;

/// <summary>What <c>docs/steering.md</c> and <c>docs/metrics.md</c> tell a new user to type.</summary>
public sealed partial class PageTests : IDisposable
{
    private readonly string _folder = DevServer.NewData();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_of_the_page_on_steering_does_what_it_says_from_top_to_bottom()
    {
        await using var server = await DevServer.StartAsync();
        var commands = Blocks("steering.md", "sh").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Where(line => line != "muster dev").ToList();
        Assert.NotEmpty(commands);
        using var client = new MusterClient(new Uri(server.Address));
        var environment = new Dictionary<string, string>
        {
            ["MUSTER_ADDR"] = server.Address,
            ["PATH"] = $"{Path.GetDirectoryName(MusterExe.Path)}:{Environment.GetEnvironmentVariable("PATH")}",
            ["NO_COLOR"] = "1",
        };
        foreach (var command in commands)
        {
            if (command.StartsWith("muster policy test ", StringComparison.Ordinal)
                && !command.Contains(" --from ", StringComparison.Ordinal))
            {
                // It replays what rounds have kept, and the test types faster than the first round reads the cloud. A person does not.
                await Patiently.UntilAsync(
                    async () => (await client.ListReadingsAsync("web", "cpu", "minute")).Readings.Count > 0, "cpu is kept");
            }

            var run = await ProgramRun.OfAsync("/bin/sh", ["-c", $"cd '{_folder}' && {command}"], environment);
            Assert.True(run.ExitCode == 0, $"{command}\n{run.Output}\n{run.Error}");
        }

        Assert.Contains(commands, command => command.StartsWith("muster policy create alarm ", StringComparison.Ordinal));
        await server.UntilHealthyAsync("jobs", 4);
    }

    [Fact]
    public async Task Every_example_of_the_page_on_metrics_is_a_configuration_that_a_server_takes()
    {
        var examples = Blocks("metrics.md", "toml");
        Assert.NotEmpty(examples);
        foreach (var secret in examples.SelectMany(example => SecretName().Matches(example)).Select(match => match.Groups[1].Value))
        {
            var path = Path.Combine(_folder, secret);
            await File.WriteAllTextAsync(path, "secret", TestContext.Current.CancellationToken);
            (await ProgramRun.OfAsync("/bin/chmod", ["600", path])).Good();
        }

        foreach (var example in examples)
        {
            var config = Path.Combine(_folder, "muster.toml");
            await File.WriteAllTextAsync(
                config,
                $"data = \"{_folder}\"\n[auth]\nmode = \"none\"\n[[cloud]]\nname = \"local\"\nkind = \"local\"\n"
                + example.Replace("/etc/muster/", $"{_folder}/", StringComparison.Ordinal)

                    // A program of the reader's own.
                    .Replace("/usr/local/bin/backlog", "/bin/cat", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            var run = await ProgramRun.OfAsync(MusterExe.Path, ["server", "--check", "--config", config]);
            Assert.True(run.ExitCode == 0, $"{example}\n{run.Error}");
        }
    }

    private static List<string> Blocks(string page, string language)
    {
        var text = File.ReadAllText(Path.Combine(MusterExe.Root, "docs", page));
        return [.. Block().Matches(text).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value)];
    }

    [GeneratedRegex("""^```(\w+)\n(.*?)^```""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("""/etc/muster/([\w.]+)""")]
    private static partial Regex SecretName();
}
