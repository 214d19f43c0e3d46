using System.Diagnostics;

namespace Muster.Postgres.Testing;

/// <summary>Shell scripts that run as somebody whom PostgreSQL accepts: not root.</summary>
internal static class Script
{
    private const string User = "postgres";

    /// <summary>Starts a script with its arguments as <c>$1</c> and so on.</summary>
    public static Process Start(string script, params string[] arguments)
    {
        string[] shell = ["/bin/sh", "-c", script, "sh", .. arguments];
        var command = Environment.IsPrivilegedProcess && OperatingSystem.IsLinux()
            ? ["setpriv", "--reuid", User, "--regid", User, "--clear-groups", .. shell]
            : shell;
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
    }

    /// <summary>Runs a script to its end.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string script, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(script, arguments);
        process.StandardInput.Close();
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(cancellationToken),
            process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException($"exit {process.ExitCode} of {script}: {await error}{await output}");
    }
}
