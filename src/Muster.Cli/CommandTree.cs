using System.CommandLine;
using System.CommandLine.Help;

using Muster.Cli.CloudTesting;
using Muster.Cli.Commands;
using Muster.Cli.Commands.About;
using Muster.Cli.Commands.Accounts;
using Muster.Cli.Commands.Clouds;
using Muster.Cli.Commands.Groups;
using Muster.Cli.Commands.Installations;
using Muster.Cli.Commands.Instances;
using Muster.Cli.Commands.Nomad;
using Muster.Cli.Commands.Policies;
using Muster.Cli.Commands.Readings;
using Muster.Cli.Commands.Serving;
using Muster.Cli.Commands.Stores;
using Muster.Cli.Commands.Templates;
using Muster.Cli.Commands.Tokens;
using Muster.Cli.Completion;
using Muster.Cli.Hello;
using Muster.Cli.Help;
using Muster.Cli.Scaling;
using Muster.Cli.Terminals;
using Muster.Cli.TsgImport;
using Muster.Cli.TsgSeed;

namespace Muster.Cli;

/// <summary>Every command, as a table of contents.</summary>
internal static class CommandTree
{
    public static RootCommand Build(Terminal terminal)
    {
        var root = new RootCommand("Keeps groups of instances at their level, on any cloud.")
        {
            new DevCommand(terminal),
            new ServerCommand(terminal),
            new CommandGroup(
                "template", "Templates: what an instance is.",
                new TemplateCreateCommand(terminal),
                new TemplateListCommand(terminal),
                new TemplateShowCommand(terminal),
                new TemplateArchiveCommand(terminal)),
            new CommandGroup(
                "group", "Groups: how many instances there must be.",
                new GroupCreateCommand(terminal),
                new GroupListCommand(terminal),
                new GroupShowCommand(terminal),
                new GroupInstancesCommand(terminal),
                new GroupActivityCommand(terminal),
                new GroupChecksCommand(terminal),
                new GroupScaleCommand(terminal),
                new GroupWaitCommand(terminal),
                new GroupUpdateCommand(terminal),
                new GroupRevisionsCommand(terminal),
                new GroupEvacuateCommand(terminal),
                new GroupRestoreCommand(terminal),
                new GroupPlanCommand(terminal),
                new GroupExplainCommand(terminal),
                new GroupCheckCommand(terminal),
                new GroupSuspendCommand(terminal),
                new GroupResumeCommand(terminal),
                new GroupDeleteCommand(terminal)),
            new CommandGroup(
                "instance", "Instances: what people say of single ones.",
                new InstanceListCommand(terminal),
                new InstanceShowCommand(terminal),
                InstanceActionCommand.Protect(terminal),
                InstanceActionCommand.Unprotect(terminal),
                InstanceActionCommand.Standby(terminal),
                InstanceActionCommand.Return(terminal),
                InstanceActionCommand.Replace(terminal),
                InstanceActionCommand.Keep(terminal),
                new InstanceTerminateCommand(terminal),
                InstanceAnswerCommand.Continue(terminal),
                InstanceAnswerCommand.Abandon(terminal),
                InstanceAnswerCommand.Extend(terminal),
                new InstanceDetachCommand(terminal),
                new InstanceAttachCommand(terminal),
                new InstanceHealthCommand(terminal),
                new InstanceSshCommand(terminal)),
            new CommandGroup(
                "policy", "Policies: what moves a group's level.",
                new PolicyCreateCommand(terminal),
                new PolicyListCommand(terminal),
                new PolicyShowCommand(terminal),
                new PolicyUpdateCommand(terminal),
                new PolicyDeleteCommand(terminal),
                new PolicyTestCommand(terminal)),
            new CommandGroup(
                "reading", "Readings: what policies go by.",
                new ReadingPushCommand(terminal),
                new ReadingShowCommand(terminal)),
            new CommandGroup(
                "cloud", "Clouds: where instances run.",
                new CloudListCommand(terminal),
                new CloudCheckCommand(terminal),
                new CloudOrphansCommand(terminal),
                new CloudLeftoversCommand(terminal),
                new CloudKindsCommand(terminal),
                new CloudAddCommand(terminal),
                new CloudTestCommand(terminal)),
            new CommandGroup(
                "nomad", "Nomad: jobs that check groups.",
                new NomadJobCommand(terminal)),
            new CommandGroup(
                "account", "Accounts: whose own keys open /v1/tsg, and what their groups may cost.",
                new AccountListCommand(terminal),
                new AccountAllowCommand(terminal),
                new AccountDenyCommand(terminal),
                new AccountUpdateCommand(terminal),
                new AccountRotateKeyCommand(terminal)),
            new CommandGroup(
                "token", "Tokens: who may do what.",
                new TokenCreateCommand(terminal),
                new TokenRenewKeyCommand(terminal),
                new TokenListCommand(terminal),
                new TokenRevokeCommand(terminal)),
            new CommandGroup(
                "store", "Stores: what Muster remembers, as a whole.",
                new StoreExportCommand(terminal),
                new StoreImportCommand(terminal),
                new StoreCheckCommand(terminal)),
            new CommandGroup(
                "tsg", "The original Triton Service Groups: taking it over, and its test data.",
                new TsgImportCommand(terminal),
                new TsgSeedCommand(terminal)),
            new MigrateCommand(terminal),
            new StatusCommand(terminal),
            new ResumeCommand(terminal),
            new ScaleCommand(terminal),
            new HelloCommand(terminal),
            new CompletionCommand(terminal),
            new LicensesCommand(terminal),
            new HelpCommand(terminal),
            new VersionCommand(terminal),
        };
        foreach (var option in root.Options)
        {
            switch (option)
            {
                case HelpOption help:
                    help.Description = "Show help.";
                    help.Action = new HelpPageAction();
                    // -? is a pattern to shells, and the slashes are those of another system.
                    help.Aliases.Remove("-?");
                    help.Aliases.Remove("/?");
                    help.Aliases.Remove("/h");
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
