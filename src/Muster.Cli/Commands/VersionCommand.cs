using System.CommandLine;
using System.Runtime.InteropServices;

using Muster.Cli.Arguments;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands;

/// <summary><c>muster version</c></summary>
internal sealed class VersionCommand : MusterCommand
{
    private readonly JsonOption json = new();

    public VersionCommand(Terminal terminal)
        : base(terminal, "version", "Print the version, the commit that it was built from, and how.", "muster version --json")
    {
        Add(json);
    }

    protected override Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        if (parse.GetValue(json))
        {
            Json.Write(Terminal.Out, new VersionView(MusterVersion.Text, RuntimeInformation.RuntimeIdentifier, MusterVersion.Commit, MusterVersion.Build), CliJson.Default.VersionView);
        }
        else
        {
            Terminal.Out.WriteLine(MusterVersion.Line);
        }

        return Task.FromResult(ExitCode.Ok);
    }
}
