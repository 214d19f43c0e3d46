using System.CommandLine;
using System.CommandLine.Invocation;

using Muster.Cli.Executables;
using Muster.Cli.Exits;

namespace Muster.Cli.Commands.About;

/// <summary><c>muster --version</c></summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(MusterVersion.Line);
        return (int)ExitCode.Ok;
    }
}
