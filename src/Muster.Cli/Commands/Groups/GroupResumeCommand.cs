using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group resume</c></summary>
internal sealed class GroupResumeCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly SuspensionOptions _what = new();
    private readonly Option<long?> _ifVersion = CommonOptions.IfVersion();

    public GroupResumeCommand(Terminal terminal)
        : base(
            terminal, "resume", "Switch on again what was suspended; all of it unless named.",
            "muster group resume web",
            "muster group resume web --launch")
    {
        Add(_name);
        _what.AddTo(this);
        Add(_ifVersion);
    }

    protected override FieldNames Fields(ParseResult parse) => FieldNames.OfGroup;

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.ResumeGroupAsync(
            parse.GetRequiredValue(_name), _what.Read(parse), parse.GetValue(_ifVersion), cancellationToken);
        GroupViews.WriteLine(Terminal, group, Format(parse), group.Suspended.Count == 0 ? "; nothing is suspended" : "");
        return ExitCode.Ok;
    }
}
