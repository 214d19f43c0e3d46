using System.Diagnostics;
using System.Globalization;

using Muster.Simulators.Nomad;

namespace Muster.Bench;

/// <summary>The simulated Nomad as a process of its own: this program, started with <see cref="Word"/>. Its jobs never tick.</summary>
internal sealed class NomadProcess : IAsyncDisposable
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Word = "simulated-nomad";

    private readonly Process _process;

    private NomadProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<NomadProcess> StartAsync()
    {
        var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, Arguments()) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var url = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the simulated Nomad did not start");
        return new(process, new Uri(url));
    }

    /// <summary>How many requests it has had.</summary>
    public async Task<int> RequestsAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return int.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>
    /// What the started process does: says where it listens, then after every line how many requests it had, until there are no more.
    /// </summary>
    public static async Task ServeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        await using (var nomad = await NomadSimulator.StartAsync(new() { Directory = folder }, new TicklessTime()))
        {
            Console.WriteLine(nomad.Url);
            while (Console.ReadLine() is not null)
            {
                Console.WriteLine(nomad.Requests);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Started by the dotnet host, the program is its first argument.</summary>
    private static string[] Arguments() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [typeof(NomadProcess).Assembly.Location, Word]
        : [Word];

    /// <summary>The real time, without timers.</summary>
    private sealed class TicklessTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
