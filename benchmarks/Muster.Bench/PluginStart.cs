using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Bench;

/// <summary>One start of the executable as Terraform starts it, up to the line that says where it listens.</summary>
/// <param name="Ms">How long it took.</param>
/// <param name="CpuMs">CPU time of the process by then, all its threads together.</param>
internal sealed record PluginStart(double Ms, double CpuMs)
{
    private static readonly string Certificate = NewCertificate();

    /// <summary>Whether a line of Terraform's log tells of a start of the provider.</summary>
    public static bool IsToldBy(string line) => line.Contains("plugin started: path=", StringComparison.Ordinal);

    public static async Task<PluginStart> MeasureAsync(string executable)
    {
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TF_PLUGIN_MAGIC_COOKIE"] = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
        start.Environment["PLUGIN_PROTOCOL_VERSIONS"] = "5,6";
        start.Environment["PLUGIN_CLIENT_CERT"] = Certificate;
        var startedAt = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        var elapsed = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        var cpu = process.TotalProcessorTime.TotalMilliseconds;

        // SIGTERM, so that it takes its socket away.
        using var kill = Process.Start("/bin/kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync();
        return line is not null && line.StartsWith("1|6|unix|", StringComparison.Ordinal)
            ? new(elapsed, cpu)
            : throw new InvalidOperationException($"the provider said '{line}': {await process.StandardError.ReadToEndAsync()}");
    }

    private static string NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA512);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(80));
        return certificate.ExportCertificatePem();
    }
}
