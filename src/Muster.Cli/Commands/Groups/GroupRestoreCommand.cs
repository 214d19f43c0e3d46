using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group restore</c></summary>
internal sealed class GroupRestoreCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly NameOption _placement = new(
        "--placement", "evacuated placement", "The evacuated placement, as 'muster group show' names it.") { Required = true };

    private readonly Option<string?> _reason = CommonOptions.Reason();
    private readonly Option<long?> _ifVersion = CommonOptions.IfVersion();

    public GroupRestoreCommand(Terminal terminal)
        : base(
            terminal, "restore", "Use an evacuated placement again.",
            "muster group restore web --placement a")
    {
        Add(_name);
        Add(_placement);
        Add(_reason);
        Add(_ifVersion);
    }

    protected override FieldNames Fields(ParseResult parse) => FieldNames.OfGroup;

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.RestoreGroupAsync(
            parse.GetRequiredValue(_name),
            new() { Placement = parse.GetRequiredValue(_placement), Reason = parse.GetValue(_reason) },
            parse.GetValue(_ifVersion),
            cancellationToken);
        GroupViews.WriteLine(Terminal, group, Format(parse), PlacementViews.Evacuated(group));
        return ExitCode.Ok;
    }
}
