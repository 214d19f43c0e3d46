using System.Diagnostics;
using System.Globalization;

namespace Muster.Bench;

/// <summary>One run of the executable to its end.</summary>
internal static class ProcessRun
{
    /// <summary>Wall time and peak memory as the kernel counts them, by GNU time.</summary>
    public static Task<(double Ms, double Mb)> MeasureAsync(params string[] arguments) => MeasureAsync(_ => { }, arguments);

    /// <summary>The same, with a variable in its environment.</summary>
    public static Task<(double Ms, double Mb)> MeasureWithAsync(string variable, string value, string[] arguments) =>
        MeasureAsync(start => start.Environment[variable] = value, arguments);

    private static async Task<(double Ms, double Mb)> MeasureAsync(Action<ProcessStartInfo> prepare, string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/time", ["-f", "%M", MusterProcess.Executable, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        prepare(start);
        var startedAt = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"muster {string.Join(' ', arguments)} ended with {process.ExitCode}: {error}");
        }

        return (elapsed.TotalMilliseconds, double.Parse(error.Trim().Split('\n')[^1], CultureInfo.InvariantCulture) / 1000);
    }
}
