using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Policies;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core.Steering.Rounds;

namespace Muster.Cli.Commands.Readings;

/// <summary><c>muster reading show</c></summary>
internal sealed class ReadingShowCommand : ClientCommand
{
    private const string ResolutionDefault = "raw";

    private readonly NameOption _group = CommonOptions.Group();
    private readonly Option<string> _metric = new("--metric") { Description = "Of what.", HelpName = "name", Required = true };
    private readonly Option<string?> _resolution = new("--resolution")
    {
        Description = "Those of the last hour as they came (raw, unless set), the highest of each minute of the last day, "
            + "or of each hour of the last five weeks.",
        HelpName = "raw|minute|hour",
    };

    public ReadingShowCommand(Terminal terminal)
        : base(
            terminal, "show", "Plot what was read of a metric, and below it how many instances there were to be and were up.",
            "muster reading show --group web --metric cpu",
            "muster reading show --group web --metric cpu --resolution hour --json")
    {
        Add(_group);
        Add(_metric);
        Add(_resolution);
    }

    protected override FieldNames Fields(ParseResult parse) => new(("metric", "--metric"), ("resolution", "--resolution"));

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var (group, metric) = (parse.GetRequiredValue(_group)!, parse.GetRequiredValue(_metric));
        var load = await ReadAsync(metric);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, load, Muster.Api.ApiJson.Default.ReadingsView);
            return ExitCode.Ok;
        }

        Plots(Series(load, metric, '*', Tone.Plain));
        Terminal.Out.WriteLine();
        Plots(
            Series(await ReadAsync(GroupMeasuring.Desired), "instances wanted", '.', Tone.Dim),
            Series(await ReadAsync(GroupMeasuring.Running), "instances up", '#', Tone.Good));
        return ExitCode.Ok;

        Task<ReadingsView> ReadAsync(string of) =>
            client.ListReadingsAsync(group, of, parse.GetValue(_resolution) ?? ResolutionDefault, cancellationToken);
    }

    private static PlotSeries Series(ReadingsView readings, string name, char mark, Tone tone) =>
        new(name, mark, tone, [.. readings.Readings.Select(reading => new PlotPoint(reading.At, reading.Value))]);

    private void Plots(params IReadOnlyList<PlotSeries> series) => Terminal.Out.Write(
        Plot.Draw(series, Terminal.Width, Plot.HeightDefault, PlotGlyphsOf.Output(Terminal), Terminal.Colours));
}
