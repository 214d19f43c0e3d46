using System.CommandLine;
using System.CommandLine.Invocation;

using Muster.Cli.Exits;

namespace Muster.Cli.Help;

/// <summary><c>--help</c> on any command.</summary>
internal sealed class HelpPageAction : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(HelpPage.For(parseResult.CommandResult.Command));
        return (int)ExitCode.Ok;
    }
}
