using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Clouds;

namespace Muster.Cli.Commands.Clouds;

/// <summary><c>muster cloud kinds</c></summary>
internal sealed class CloudKindsCommand : MusterCommand
{
    private readonly OutputOptions _output = OutputOptions.Plain();

    public CloudKindsCommand(Terminal terminal)
        : base(
            terminal, "kinds", "List the kinds of clouds there are, one a line; with --json, their options and abilities. Asks no server.",
            "muster cloud kinds",
            "muster cloud kinds --json") => _output.AddTo(this);

    protected override Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        if (_output.Read(parse).IsJson)
        {
            Json.WriteArray(
                Terminal.Out, CloudKinds.Names.Select(name => KindView.Of(CloudKinds.Find(name)!)), KindJson.Default.KindView);
        }
        else
        {
            Names.Write(Terminal, CloudKinds.Names);
        }

        return Task.FromResult(ExitCode.Ok);
    }
}
