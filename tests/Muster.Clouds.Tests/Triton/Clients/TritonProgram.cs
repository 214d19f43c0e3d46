using System.Diagnostics;
using System.Text.Json;

namespace Muster.Clouds.Tests.Triton.Clients;

/// <summary>The <c>triton</c> program, a client of CloudAPI that nobody here wrote; <c>./test</c> installs it from its lock file.</summary>
/// <param name="harness">The simulated CloudAPI.</param>
/// <param name="home">A home of its own: the program looks for keys in <c>.ssh</c> there.</param>
internal sealed class TritonProgram(TritonHarness harness, string home)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string Script =
        Path.Combine(RepositoryRoot.Path, "tests", "Muster.Clouds.Tests", "Triton", "npm", "node_modules", "triton", "bin", "triton");

    /// <summary>The key's fingerprint.</summary>
    public required string KeyId { get; init; }

    /// <summary>Gives it a key of the account.</summary>
    public static TritonProgram With(TritonHarness harness, string type, params string[] more)
    {
        var home = Directory.CreateDirectory(Path.Combine(harness.Root, "home")).FullName;
        Directory.CreateDirectory(Path.Combine(home, ".ssh"));
        var key = harness.Keys.Make(type, more);
        File.Move(key, Path.Combine(home, ".ssh", "id_key"));
        File.Move($"{key}.pub", Path.Combine(home, ".ssh", "id_key.pub"));
        return new(harness, home)
        {
            KeyId = harness.Account.AddKey(File.ReadAllText(Path.Combine(home, ".ssh", "id_key.pub")), "client").Fingerprint,
        };
    }

    /// <summary>Runs one command that must end well; its standard output.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        Assert.True(
            File.Exists(Script),
            $"{Script} is not there: run 'npm ci --ignore-scripts' in tests/Muster.Clouds.Tests/Triton/npm, as ./test does");
        var start = new ProcessStartInfo("node", [Script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = home;
        start.Environment["TRITON_URL"] = harness.Simulator.Url.ToString().TrimEnd('/');
        start.Environment["TRITON_ACCOUNT"] = TritonHarness.Login;
        start.Environment["TRITON_KEY_ID"] = KeyId;
        start.Environment["TRITON_PROFILE"] = "env";
        start.Environment.Remove("SSH_AUTH_SOCK");
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"triton {string.Join(' ', arguments)}: {process.ExitCode}\n{await output}\n{await error}");
        return await output;
    }

    /// <summary>What a command prints, an object a line.</summary>
    public async Task<JsonElement[]> JsonAsync(params string[] arguments) =>
    [
        .. (await RunAsync([.. arguments, "--json"])).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement),
    ];
}
