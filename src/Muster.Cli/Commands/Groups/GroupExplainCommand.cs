using System.CommandLine;
using System.Globalization;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Commands.Policies;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group explain</c></summary>
internal sealed class GroupExplainCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly Option<DateTimeOffset?> _at;

    public GroupExplainCommand(Terminal terminal)
        : base(
            terminal, "explain", "Say why a group has so many instances, now or at an earlier time: what each policy says, and what won.",
            "muster group explain web",
            "muster group explain web --at 10:42")
    {
        _at = new("--at")
        {
            Description = "An earlier time of the last day, such as 10:42 or 2026-11-29T10:42:00Z; now unless set. Without a zone it is "
                + "this machine's.",
            HelpName = "time",
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (EarlierTime.Read(text, terminal.Time) is { } at)
                {
                    return at;
                }

                result.AddError($"--at is '{text}': a time, such as 10:42 or 2026-11-29T10:42:00Z");
                return null;
            },
        };
        Add(_name);
        Add(_at);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var explained = await client.ExplainAsync(parse.GetRequiredValue(_name), parse.GetValue(_at), cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, explained, ApiJson.Default.ExplainView);
            return ExitCode.Ok;
        }

        var details = new Details()
            .Add("At", Moments.Text(explained.At))
            .Add("Level", Level(explained.Level))
            .Add("Running", Level(explained.Running))
            .Add("Author", explained.Author)
            .Add("Why", explained.Conclusion);
        details.Write(Terminal);
        PolicyViews.WriteBelow(Terminal, explained.Policies);
        if (explained.Activities.Count > 0)
        {
            Terminal.Out.WriteLine();
            ActivityViews.Write(Terminal, explained.Activities, Output.Text);
        }

        return ExitCode.Ok;
    }

    private static string Level(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "nothing is kept of that time";
}
