using System.CommandLine;
using System.Globalization;

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

    private readonly Option<double?> _load = new("--load")
    {
        Description = "How busy it is, a number from 0: of two of a group with --scale-in least-busy, the lower goes first.",
        HelpName = "n",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var load) && InstanceLoad.IsLoad(load))
            {
                return load;
            }

            result.AddError($"--load is '{text}': a number from 0 to 1e15, such as 0.75");
            return null;
        },
    };

    public InstanceHealthCommand(Terminal terminal)
        : base(
            terminal, "health", "Say whether an instance works.", takesNames: false,
            "muster instance health 4242 --verdict unhealthy --detail 'disk full'",
            "muster instance health 4242 --verdict healthy --ttl 30s --load 0.75")
    {
        Add(_verdict);
        Add(_detail);
        Add(_source);
        Add(_ttl);
        Add(_load);
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
                Load = parse.GetValue(_load),
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
