using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group evacuate</c></summary>
internal sealed class GroupEvacuateCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly NameOption _placement = new(
        "--placement", "placement", "The placement to empty, as 'muster group show' names it.") { Required = true };

    private readonly Option<bool> _ignoreDead = new("--ignore-dead")
    {
        Description = "What is there counts as dead: it is replaced all at once, even where its cloud cannot be seen.",
    };

    private readonly Option<string?> _reason = CommonOptions.Reason();
    private readonly Option<long?> _ifVersion = CommonOptions.IfVersion();

    public GroupEvacuateCommand(Terminal terminal)
        : base(
            terminal, "evacuate", "Empty a placement that you know to be bad: its members are launched elsewhere, then end there.",
            "muster group evacuate web --placement a",
            "muster group evacuate web --placement a --ignore-dead --reason 'the cellar is under water'")
    {
        Add(_name);
        Add(_placement);
        Add(_ignoreDead);
        Add(_reason);
        Add(_ifVersion);
    }

    protected override FieldNames Fields(ParseResult parse) => FieldNames.OfGroup;

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.EvacuateGroupAsync(
            parse.GetRequiredValue(_name),
            new()
            {
                Placement = parse.GetRequiredValue(_placement),
                IgnoreDead = parse.GetValue(_ignoreDead) ? true : null,
                Reason = parse.GetValue(_reason),
            },
            parse.GetValue(_ifVersion),
            cancellationToken);
        GroupViews.WriteLine(Terminal, group, Format(parse), PlacementViews.Evacuated(group));
        return ExitCode.Ok;
    }
}
