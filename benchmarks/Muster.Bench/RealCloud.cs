using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Muster.Api.Templates;

namespace Muster.Bench;

/// <summary>A real daemon and its own command line.</summary>
/// <param name="Kind">What the cloud's kind and name are.</param>
/// <param name="Endpoint">Where the daemon listens.</param>
/// <param name="Template">What Muster launches.</param>
/// <param name="Launch">The command that launches the same, with the name as its last argument.</param>
/// <param name="Remove">The command that removes instances, with their names behind it.</param>
/// <param name="Watch">The command that writes the daemon's events, a line each.</param>
/// <param name="Started">What is in the line of a start and in no other.</param>
/// <param name="Resumed">What is in the line of one that goes on with its memory, and in no other.</param>
/// <param name="Died">What is in the line of a death and in no other.</param>
/// <param name="BootGrace">What dies younger than this did not come up, to Muster.</param>
internal sealed record RealCloud(
    string Kind, string Endpoint, TemplateInput Template, string[] Launch, string[] Remove, string[] Watch, string Started, string Resumed,
    string Died, TimeSpan BootGrace)
{
    private const string Image = "muster-demo";

    /// <summary>Docker, where <c>./bench</c> started it; null where it did not.</summary>
    public static RealCloud? Docker => Environment.GetEnvironmentVariable("DOCKER_HOST") is not { } endpoint ? null : new(
        "docker", endpoint,
        new()
        {
            Name = "bench",
            Cloud = "docker",
            Image = $"{Image}:1",
            Networks = ["none"],
            Options = new Dictionary<string, string> { ["pull"] = "never" },
        },
        ["docker", "run", "--detach", "--pull", "never", "--network", "none", $"{Image}:1"],
        ["docker", "rm", "--force"],
        ["docker", "events", "--filter", "event=start", "--filter", "event=unpause", "--filter", "event=die", "--format", "{{.Action}}"],
        "start", "unpause", "die", TimeSpan.FromSeconds(10));

    /// <summary>LXD, where <c>./bench</c> started it; null where it did not.</summary>
    public static RealCloud? Lxd => Environment.GetEnvironmentVariable("LXD_DIR") is not { } directory ? null : new(
        "lxd", $"unix://{directory}/unix.socket", new() { Name = "bench", Cloud = "lxd", Image = Image },
        ["lxc", "launch", Image],
        ["lxc", "delete", "--force"],
        ["lxc", "monitor", "--type", "lifecycle", "--format", "json"], "instance-started", "instance-resumed", "instance-shutdown",
        TimeSpan.FromSeconds(30));

    /// <summary>Launches one by the daemon's own command line.</summary>
    public Task LaunchAsync(string name) =>
        RunAsync(Kind is "docker" ? [.. Launch[..2], "--name", name, .. Launch[2..]] : [.. Launch, name]);

    /// <summary>Removes them so, too.</summary>
    public Task RemoveAsync(IEnumerable<string> names) => RunAsync([.. Remove, .. names]);

    /// <summary>The process of an instance, on this machine.</summary>
    public async Task<int> PidAsync(string id)
    {
        if (Kind is "docker")
        {
            return int.Parse(await RunAsync("docker", "inspect", "--format", "{{.State.Pid}}", id), CultureInfo.InvariantCulture);
        }

        using var state = JsonDocument.Parse(await RunAsync("lxc", "query", $"/1.0/instances/{id}/state"));
        return state.RootElement.GetProperty("pid").GetInt32();
    }

    private static async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{string.Join(' ', command)}: {await error}");
    }
}
