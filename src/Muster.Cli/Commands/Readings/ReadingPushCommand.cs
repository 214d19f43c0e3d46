using System.CommandLine;
using System.Globalization;

using Muster.Api.Client;
using Muster.Api.Policies;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Readings;

/// <summary><c>muster reading push</c></summary>
internal sealed class ReadingPushCommand : ClientCommand
{
    private readonly Argument<double?> _value = new("VALUE")
    {
        Description = "The value; a number.",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            {
                return value;
            }

            result.AddError($"VALUE is '{text}': a finite number, such as 91 or 0.5");
            return null;
        },
    };

    private readonly NameOption _group = CommonOptions.Group();
    private readonly Option<string> _metric = new("--metric") { Description = "Of what.", HelpName = "name", Required = true };
    private readonly Option<string?> _instance = new("--instance")
    {
        Description = "For which instance, by its id; for the whole group unless set.",
        HelpName = "id",
    };

    public ReadingPushCommand(Terminal terminal)
        : base(
            terminal, "push", "Push the value of a metric for a group: its policies go by it.",
            "muster reading push --group web --metric cpu 91",
            "muster reading push --group jobs --metric queue 340",
            "muster reading push --group web --metric cpu 91 --instance 1b9c6d4e")
    {
        Add(_value);
        Add(_group);
        Add(_metric);
        Add(_instance);
    }

    protected override FieldNames Fields(ParseResult parse) =>
        new(("metric", "--metric"), ("instance", "--instance"), ("value", "VALUE"));

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var input = new ReadingInput
        {
            Metric = parse.GetRequiredValue(_metric),
            Value = parse.GetValue(_value),
            Instance = parse.GetValue(_instance),
        };
        var taken = await client.PushReadingsAsync(parse.GetRequiredValue(_group)!, input, cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, taken, Muster.Api.ApiJson.Default.ReadingsTaken);
        }

        return ExitCode.Ok;
    }
}
