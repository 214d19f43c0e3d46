using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group checks</c></summary>
internal sealed class GroupChecksCommand : ClientCommand
{
    private const int LimitDefault = 20;

    private readonly NameArgument _name = new("group");
    private readonly NumberOption _limit = new("--limit", $"Checks at most; {LimitDefault} unless set.", 1, 1000);

    public GroupChecksCommand(Terminal terminal)
        : base(
            terminal, "checks", "Show when and where a group was last checked, how late, and how it ended; newest first.",
            OutputOptions.NamelessTable(),
            "muster group checks web",
            "muster group checks web --limit 1 --json")
    {
        Add(_name);
        Add(_limit);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var page = await client.ListChecksAsync(parse.GetRequiredValue(_name), parse.GetValue(_limit) ?? LimitDefault, cancellationToken);
        CheckRunViews.Write(Terminal, page.Items, Format(parse));
        return ExitCode.Ok;
    }
}
