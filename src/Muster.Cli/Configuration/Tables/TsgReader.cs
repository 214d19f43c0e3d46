using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Toml;

namespace Muster.Cli.Configuration.Tables;

/// <summary>Reads <c>[tsg]</c>, and from the environment whether the facade is in dev mode.</summary>
internal static class TsgReader
{
    /// <summary>1: <c>/v1/tsg</c> asks nobody who they are.</summary>
    public const string DevModeVariable = "MUSTER_DEV_MODE";

    /// <summary>The original's word for the same; any value at all.</summary>
    public const string OriginalDevModeVariable = "TSG_DEV_MODE";

    public static void Read(TomlFields fields, MusterConfig config, Terminal terminal)
    {
        config.Tsg.Enabled = fields.Flag("enabled") ?? true;
        config.Tsg.Cloud = fields.Text("cloud");
        if (config.Tsg.Cloud is { } name && !config.Clouds.Any(cloud => cloud.Name == name && cloud.Kind == TsgConfig.Kind))
        {
            fields.Refuse("cloud", $"the name of a [[cloud]] of kind {TsgConfig.Kind}");
        }

        config.Tsg.DevMode = IsDevMode(terminal);
        fields.RefuseOthers();
    }

    private static bool IsDevMode(Terminal terminal) =>
        terminal.Environment(OriginalDevModeVariable) is { Length: > 0 } || terminal.Environment(DevModeVariable) switch
        {
            null or "" or "0" => false,
            "1" => true,
            var other =>
                throw new CliException(ExitCode.Usage, $"{DevModeVariable} is '{other}': 1 for the dev mode of /v1/tsg, 0 for none"),
        };
}
