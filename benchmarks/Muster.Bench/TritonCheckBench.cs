using System.Diagnostics;
using System.Globalization;
using System.Text;

using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;

namespace Muster.Bench;

/// <summary>
/// A check with nothing to do on CloudAPI, as a whole process in the original's place, beside a stand-in for the original: by
/// turns, on the same CloudAPI.
/// </summary>
internal static class TritonCheckBench
{
    /// <summary>Where <c>./bench</c> puts the stand-in; none where there is no Go.</summary>
    private static readonly string? StandIn = Environment.GetEnvironmentVariable("TSG_ORIGINAL");

    private const string Login = "bench";
    private const int Machines = 3;
    private const int Rounds = 15;

    /// <summary>Processor time is told in hundredths of a second: many runs are measured as one.</summary>
    private const int RunsOfRound = 10;

    private const double OfOriginalMax = 0.8, MbMax = 25;

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("muster-bench-");
        await using var simulator = await TritonSimulator.StartAsync(new() { PerSecond = 0 }, TimeProvider.System);
        try
        {
            var arguments = await ArgumentsAsync(simulator, folder.FullName);
            // Launches them, and waits until they run.
            await MeasureAsync(MusterProcess.Executable, arguments, runs: 2);
            var (ours, theirs) = (new List<Cost>(), new List<Cost>());
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(await MeasureAsync(MusterProcess.Executable, arguments, RunsOfRound));
                if (StandIn is not null)
                {
                    theirs.Add(await MeasureAsync(StandIn, arguments, RunsOfRound));
                }
            }

            return Figures(Median(ours), theirs.Count > 0 ? Median(theirs) : null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<Figure> Figures(Cost ours, Cost? theirs)
    {
        string Beside(Func<Cost, double> of, string unit) =>
            theirs is null ? "no go on the PATH: nothing to compare with" : $"a stand-in for the original {of(theirs):0.0} {unit}";
        bool? IsMet(Func<Cost, double> of) => theirs is null ? null : of(ours) <= OfOriginalMax * of(theirs);
        yield return new(
            "triton, a check with nothing to do, whole process",
            ours.Ms,
            "ms",
            Beside(cost => cost.Ms, "ms"),
            IsMet(cost => cost.Ms),
            "≤ 0.8 × the original");
        yield return new(
            "  its CPU", ours.CpuMs, "ms", Beside(cost => cost.CpuMs, "ms"), IsMet(cost => cost.CpuMs), "≤ 0.8 × the original");
        yield return new("  its peak memory", ours.Mb, "MB", Beside(cost => cost.Mb, "MB"), ours.Mb <= MbMax, "≤ 25 MB");
    }

    /// <summary>The original's command line.</summary>
    private static async Task<string[]> ArgumentsAsync(TritonSimulator simulator, string folder)
    {
        var key = ThrowAwayKey.Make("bench");
        var fingerprint = simulator.AddAccount(Login).AddKey(key.PublicLine).Fingerprint;
        var file = Path.Combine(folder, "key");
        await File.WriteAllTextAsync(file, key.PrivatePem);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return
        [
            "scale", "--count", $"{Machines}", "--pkg-id", Catalogue.Package, "--img-id", Catalogue.Image, "--tsg-name", "web",
            "--template-id", "ad74301e-ad62-404a-be44-3b2f24d082ac", "-A", Login, "-K", fingerprint,
            "-U", simulator.Url.ToString().TrimEnd('/'), "--key-material", Convert.ToBase64String(Encoding.UTF8.GetBytes(file)),
        ];
    }

    /// <summary>What a run costs, as the kernel counts it, by GNU time.</summary>
    private static async Task<Cost> MeasureAsync(string program, string[] arguments, int runs)
    {
        var loop = $"i=0; while [ $i -lt {runs} ]; do \"$0\" \"$@\" || exit 1; i=$((i+1)); done";
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/time", ["-f", "%U %S %M", "sh", "-c", loop, program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var startedAt = Stopwatch.GetTimestamp();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {error}");
        }

        var told = error.Trim().Split('\n')[^1].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new(elapsed.TotalMilliseconds / runs, (told[0] + told[1]) * 1000 / runs, told[2] / 1000);
    }

    private static Cost Median(List<Cost> costs)
    {
        double Of(Func<Cost, double> part) => costs.Select(part).Order().ElementAt(costs.Count / 2);
        return new(Of(cost => cost.Ms), Of(cost => cost.CpuMs), Of(cost => cost.Mb));
    }

    private sealed record Cost(double Ms, double CpuMs, double Mb);
}
