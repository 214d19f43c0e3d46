using System.Globalization;

using Muster.EndToEnd.Support;
using Muster.Simulators.Nomad;

namespace Muster.EndToEnd;

/// <summary>The real server with a simulated Nomad as its pulse, whose tasks are the real executable: as <c>docs/nomad.md</c> sets it up.</summary>
public sealed class NomadTests : IAsyncLifetime
{
    private readonly string data = Directory.CreateTempSubdirectory("muster-e2e-").FullName;
    private readonly ServerProcess server;
    private NomadSimulator nomad = null!;
    private string token = "";

    public NomadTests() => server = new(ServerProcess.FreePort(), ["server", "--config", Config]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Config => Path.Combine(data, "muster.toml");

    public async ValueTask InitializeAsync()
    {
        nomad = await NomadSimulator.StartAsync(new() { Directory = Path.Combine(data, "nomad") }, TimeProvider.System);
        await File.WriteAllTextAsync(
            Config,
            $"""
            data = "{data}"
            [server]
            listen = "127.0.0.1:{server.Port}"
            [pulse]
            kind = "nomad"
            [nomad]
            addresses = ["{nomad.Url.AbsoluteUri}"]
            server = "{server.Address}"
            task = "ask"
            task_token_file = "{data}/task.token"
            command = "{MusterExe.Path}"
            [[cloud]]
            name = "local"
            kind = "local"
            """,
            Cancel);
        token = await NewTokenAsync("admin", "admin");
        await File.WriteAllTextAsync(Path.Combine(data, "task.token"), await NewTokenAsync("nomad", "operate"), Cancel);
        await server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await nomad.DisposeAsync();
        await server.DisposeAsync();
        Processes.KillAllOf(data);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Groups_are_made_repaired_scaled_and_drained_by_checks_that_Nomad_starts()
    {
        await MusterAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");
        foreach (var name in new[] { "one", "two", "three" })
        {
            await MusterAsync("group", "create", name, "--template", "web-1", "--capacity", "1", "--interval", "5s");
        }

        foreach (var name in new[] { "one", "two", "three" })
        {
            await MusterAsync("group", "wait", name, "--timeout", "90s");
        }

        Assert.Equal(3, Jobs().Length);

        var victim = await InstanceAsync("one");
        Processes.Kill(victim!.Value);
        while (await InstanceAsync("one") is var now && (now is null || now == victim))
        {
            Cancel.ThrowIfCancellationRequested();
        }

        // Killed right after a change was answered: whatever it had not told Nomad yet is told by the next start.
        await MusterAsync("group", "scale", "two", "3");
        await server.KillAsync();
        await server.StartAsync();
        await MusterAsync("group", "wait", "two", "--timeout", "90s");

        foreach (var name in new[] { "one", "two", "three" })
        {
            await MusterAsync("group", "delete", name);
        }

        await nomad.Cluster.WaitAsync(_ => Jobs().Length == 0, Cancel);
        Assert.Empty((await MusterAsync("group", "list", "--json")).Json.EnumerateArray());
    }

    private string[] Jobs() => [.. nomad.Cluster.JobIds.Where(id => !id.Contains("/periodic-", StringComparison.Ordinal))];

    /// <summary>The pid of a group's one running instance; null when there is none.</summary>
    private async Task<int?> InstanceAsync(string group) => (await MusterAsync("group", "instances", group, "--json")).Json.EnumerateArray()
        .Where(instance => instance.GetProperty("state").GetString() == "running")
        .Select(instance => (int?)int.Parse(instance.GetProperty("attributes").GetProperty("pid").GetString()!, CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private async Task<string> NewTokenAsync(string name, string role) =>
        (await ProgramRun.OfAsync(MusterExe.Path, ["token", "create", name, "--role", role, "--config", Config])).Good().Output.Trim();

    private async Task<ProgramRun> MusterAsync(params string[] arguments) =>
        (await ProgramRun.OfAsync(MusterExe.Path, arguments, new Dictionary<string, string> { ["MUSTER_ADDR"] = server.Address, ["MUSTER_TOKEN"] = token, ["NO_COLOR"] = "1" })).Good();
}
