using System.CommandLine;

namespace Muster.Cli.Commands;

/// <summary>A word that only leads to commands: <c>muster group</c>.</summary>
internal sealed class CommandGroup : Command
{
    public CommandGroup(string name, string description, params MusterCommand[] commands)
        : base(name, description)
    {
        foreach (var command in commands)
        {
            Add(command);
        }
    }
}
