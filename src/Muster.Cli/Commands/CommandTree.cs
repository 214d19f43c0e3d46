using System.CommandLine;
using System.CommandLine.Help;

using Muster.Cli.Hello;
using Muster.Cli.Help;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands;

/// <summary>Every command, as a table of contents.</summary>
internal static class CommandTree
{
    public static RootCommand Build(Terminal terminal)
    {
        var root = new RootCommand("Keeps groups of instances at their level, on any cloud.")
        {
            new HelloCommand(terminal),
            new VersionCommand(terminal),
        };
        foreach (var option in root.Options)
        {
            switch (option)
            {
                case HelpOption help:
                    help.Description = "Show help.";
                    help.Action = new HelpPageAction();
                    break;
                case VersionOption version:
                    version.Description = "Show the version.";
                    version.Action = new VersionAction();
                    break;
            }
        }

        return root;
    }
}
