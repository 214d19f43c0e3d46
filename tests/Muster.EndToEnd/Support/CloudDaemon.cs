using System.Diagnostics;
using System.Text;

namespace Muster.EndToEnd.Support;

/// <summary>
/// A Docker engine or an LXD of the test's own, as <c>./demo</c> starts them: a shell holds it, and ends it when the test does, however
/// that comes about.
/// </summary>
internal sealed class CloudDaemon : IAsyncDisposable
{
    /// <summary>Each line that it reads is a function of <c>eng/daemons.sh</c>.</summary>
    private const string Script = """
        set -eu
        say() { echo "$*" >&2; }
        . eng/daemons.sh
        trap 'stop_daemons "$1"' EXIT
        while read -r function; do
            "$function" "$1" >/dev/null
            echo done
        done
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-e2e-").FullName;
    private readonly StringBuilder _errors = new();
    private readonly Process _shell;
    private readonly string _kind;

    private CloudDaemon(string kind)
    {
        _kind = kind;
        _shell = new()
        {
            StartInfo = new("/bin/sh", ["-c", Script, "sh", _directory])
            {
                WorkingDirectory = MusterExe.Root,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _shell.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _shell.Start();
        _shell.BeginErrorReadLine();
    }

    /// <summary>Where it listens, as <c>endpoint</c> of its cloud.</summary>
    public string Endpoint => $"unix://{_directory}/{(_kind == "docker" ? "docker.sock" : "lxd/unix.socket")}";

    /// <summary>Starts one of that kind, with the image <c>muster-demo</c> in it.</summary>
    /// <param name="kind"><c>docker</c> or <c>lxd</c>.</param>
    public static async Task<CloudDaemon> StartAsync(string kind)
    {
        string[] needed = kind == "docker" ? ["dockerd", "docker", "containerd"] : ["lxd", "lxc"];
        Assert.SkipUnless(
            Environment.UserName == "root" && File.Exists("/bin/busybox") && needed.All(IsOnThePath),
            $"needs root, {string.Join(", ", needed)} and /bin/busybox");
        var daemon = new CloudDaemon(kind);
        try
        {
            await daemon.DoAsync($"start_{kind}");
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has it do a function of <c>eng/daemons.sh</c>, and waits for the end.</summary>
    public async Task DoAsync(string function)
    {
        await _shell.StandardInput.WriteLineAsync(function);
        await _shell.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var answer = await Patiently.ForAsync(_shell.StandardOutput.ReadLineAsync(), $"{function} is done");
        Assert.True(answer == "done", $"{function}: {Errors()}");
    }

    /// <summary>How many of its instances run, as its own command line tells.</summary>
    public async Task<int> CountRunningAsync() => _kind == "docker"
        ? Lines(await ProgramRun.OfAsync("docker", ["--host", Endpoint, "ps", "--quiet"])).Length
        : Lines(await ProgramRun.OfAsync(
            "lxc",
            ["list", "--format", "csv", "--columns", "s"],
            new Dictionary<string, string> { ["LXD_DIR"] = $"{_directory}/lxd", ["LXD_CONF"] = $"{_directory}/client" }))
            .Count(state => state == "RUNNING");

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await Patiently.ForAsync(_shell.WaitForExitAsync(), $"{_kind} ends");
        _shell.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static bool IsOnThePath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    private static string[] Lines(ProgramRun run) => run.Good().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Errors()
    {
        lock (_errors)
        {
            return _errors.ToString();
        }
    }
}
