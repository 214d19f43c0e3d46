using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group suspend</c></summary>
internal sealed class GroupSuspendCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly SuspensionOptions _what = new();
    private readonly Option<long?> _ifVersion = CommonOptions.IfVersion();

    public GroupSuspendCommand(Terminal terminal)
        : base(
            terminal, "suspend", "Switch off launching, terminating or replacing by hand; all three unless named.",
            "muster group suspend web",
            "muster group suspend web --terminate --reason 'debugging on web-3'")
    {
        Add(_name);
        _what.AddTo(this);
        Add(_ifVersion);
    }

    protected override FieldNames Fields(ParseResult parse) => FieldNames.OfGroup;

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.SuspendGroupAsync(
            parse.GetRequiredValue(_name), _what.Read(parse), parse.GetValue(_ifVersion), cancellationToken);
        GroupViews.WriteLine(Terminal, group, Format(parse));
        return ExitCode.Ok;
    }
}
