using System.CommandLine;
using System.Runtime.InteropServices;

using Muster.Cli.Arguments;
using Muster.Cli.Executables;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Storage.Sqlite;

namespace Muster.Cli.Commands.About;

/// <summary><c>muster version</c></summary>
internal sealed class VersionCommand : MusterCommand
{
    private readonly JsonOption _json = new();

    private readonly Option<bool> _verbose = new("--verbose")
    {
        Description = "Also print the platform and the version of the database engine.",
    };

    public VersionCommand(Terminal terminal)
        : base(terminal, "version", "Print the version, its commit, and whether the build is native.", "muster version --json")
    {
        Add(_verbose);
        Add(_json);
    }

    protected override Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var inside = parse.GetValue(_verbose);
        if (parse.GetValue(_json))
        {
            var sqlite = inside ? new SqliteView(SqliteEngine.Version, SqliteEngine.SourceId) : null;
            Json.Write(
                Terminal.Out,
                new VersionView(
                    MusterVersion.Text, RuntimeInformation.RuntimeIdentifier, MusterVersion.Commit, MusterVersion.Build, sqlite),
                VersionJson.Default.VersionView);
            return Task.FromResult(ExitCode.Ok);
        }

        Terminal.Out.WriteLine(MusterVersion.Line);
        if (inside)
        {
            Terminal.Out.WriteLine($"platform {RuntimeInformation.RuntimeIdentifier}");
            Terminal.Out.WriteLine($"sqlite {SqliteEngine.Version} ({SqliteEngine.SourceId})");
        }

        return Task.FromResult(ExitCode.Ok);
    }
}
