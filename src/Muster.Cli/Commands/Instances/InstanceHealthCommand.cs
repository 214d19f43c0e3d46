using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core;
using Muster.Core.Health;

namespace Muster.Cli.Commands.Instances;

/// <summary><c>muster instance health</c></summary>
internal sealed class InstanceHealthCommand : InstanceCommand
{
    private readonly ChoiceOption<Verdict> _verdict = new("--verdict", "Whether it works.", Words.Verdicts) { Required = true };
    private readonly Option<string?> _detail = new("--detail") { Description = "Why, in a few words.", HelpName = "text" };
    private readonly Option<string?> _source = new("--source")
    {
        Description = "Who says so; report unless set. Each source's last word counts.",
        HelpName = "name",
    };

    private readonly DurationOption _ttl = new(
        "--ttl", "For how long that holds: silence after it means unhealthy. It stands until the next word unless set.",
        Reports.TtlMin, Reports.TtlMax);

    public InstanceHealthCommand(Terminal terminal)
        : base(
            terminal, "health", "Say whether an instance works.", takesNames: false,
            "muster instance health 4242 --verdict unhealthy --detail 'disk full'",
            "muster instance health 4242 --verdict healthy --ttl 30s")
    {
        Add(_verdict);
        Add(_detail);
        Add(_source);
        Add(_ttl);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var answer = await client.ReportHealthAsync(
            Id(parse),
            new()
            {
                Verdict = parse.GetValue(_verdict) is { } verdict ? Words.Verdicts.Word(verdict) : null,
                Detail = parse.GetValue(_detail),
                Source = parse.GetValue(_source),
                TtlS = parse.GetValue(_ttl)?.TotalSeconds,
            },
            Cloud(parse), cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, answer, ApiJson.Default.FindingsView);
        }
        else
        {
            Terminal.Out.WriteLine(VisibleText.OneLine(
                $"{answer.Id}: {string.Join(", ", answer.Findings.Select(finding => $"{finding.Verdict} says {finding.Source}"))}"));
        }

        return ExitCode.Ok;
    }
}
