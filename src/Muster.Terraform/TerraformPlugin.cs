using Muster.Terraform.Logs;
using Muster.Terraform.Plugin;

namespace Muster.Terraform;

/// <summary>The face of the executable that Terraform sees: its provider.</summary>
public static class TerraformPlugin
{
    /// <summary>
    /// Whether this process was started by Terraform or OpenTofu, which set a cookie and give no arguments. The program's name tells
    /// nothing: it may be called whatever a mirror calls it.
    /// </summary>
    public static bool IsAsked(string[] args, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(environment);
        return args.Length == 0 && environment(Handshake.CookieVariable) == Handshake.Cookie;
    }

    /// <summary>Serves until Terraform says that it is over, or is gone.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(TerraformPluginContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var log = new PluginLog(context.Error, PluginLog.LevelOf(context.Environment), context.Time);
        try
        {
            await using var host = new PluginHost(context, Handshake.Read(context.Environment), log);
            await host.RunAsync(cancellationToken);
            return 0;
        }
        catch (HandshakeException error)
        {
            context.Error.WriteLine($"muster: {error.Message}");
            return 1;
        }
        catch (Exception error)
        {
            // Terraform shows this to the user; of any other end it says only that the plugin did not respond.
            log.WritePanic(error);
            return 2;
        }
    }
}
