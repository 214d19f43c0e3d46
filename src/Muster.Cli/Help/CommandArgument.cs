using System.CommandLine;

namespace Muster.Cli.Help;

/// <summary>The words of a command: <c>group scale</c>.</summary>
internal sealed class CommandArgument : Argument<string[]>
{
    public CommandArgument()
        : base("COMMAND")
    {
        Description = "The command, such as group scale; all of them unless given.";
        Arity = ArgumentArity.ZeroOrMore;
    }
}
