using System.Collections.Immutable;
using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Commands.Groups;
using Muster.Cli.Commands.Templates;
using Muster.Cli.Composition.Clouds;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Scaling.Assigned;
using Muster.Cli.Terminals;
using Muster.Cli.Toml;
using Muster.Cli.Wording;
using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Reconciling;

namespace Muster.Cli.Scaling;

/// <summary><c>muster scale</c></summary>
internal sealed class ScaleCommand : MusterCommand
{
    private readonly Option<string?> _group = new("--group") { Description = "The group's name.", HelpName = "name" };
    private readonly NumberOption _count = new("--count", "How many instances there must be.", 0, ScaleRequest.CountMax);
    private readonly TemplateOptions _template = new();
    private readonly LayoutOptions _layout = LayoutOptions.OfScale();
    private readonly ChoiceOption<ScaleInOrder> _scaleIn = new(
        "--scale-in", "Who goes first when there are too many; oldest unless set.", Words.ScaleIn);

    private readonly FileOption _config = new("--config")
    {
        Description = "A muster.toml whose clouds may be named; without one there is only local.",
    };

    private readonly Option<DirectoryInfo?> _data = CommonOptions.Data(
        "Where the local cloud keeps its instances; $XDG_DATA_HOME/muster, or ~/.local/share/muster, unless set.");

    private readonly AssignedOptions _assigned = new();
    private readonly JsonOption _json = new();

    public ScaleCommand(Terminal terminal)
        : base(
            terminal,
            "scale",
            "Make one level check and exit: for any scheduler to run again and again. Without a server, or one that a server hands out.",
            "muster scale --cloud local --group web --count 3 --image 'muster hello'",
            "muster scale --group web --count 6 --placement home=web.toml,max=4 --placement away=web-elsewhere.toml --config muster.toml",
            "muster scale --group-id 123e4567-e89b-42d3-a456-426614174000 --addr https://muster.example.com --token-file task.token")
    {
        Add(_group);
        Add(_count);
        _template.AddTo(this);
        _layout.AddSharesTo(this);
        Add(_scaleIn);
        Add(_config);
        Add(_data);
        _assigned.AddTo(this);
        Add(_json);
    }

    protected override FieldNames Fields(ParseResult parse) =>
        _layout.NamesTemplates(parse.CommandResult) ? _layout.Fields(parse) : FieldNames.OfScale;

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        if (_assigned.AreChosen(parse))
        {
            _assigned.RefuseOthers(parse, this, _json);
            return await _assigned.RunAsync(
                parse, Terminal, (record, checkedAs) => Print(checkedAs, record.Group.Name, parse.GetValue(_json)), cancellationToken);
        }

        _assigned.RefuseOwn(parse);
        var request = Read(parse);
        if (!EntityName.IsValid(request.Group))
        {
            throw new CliException(ExitCode.Usage, $"--group is '{request.Group}': {EntityName.Rule}");
        }

        using var stop = new StopSignals(cancellationToken);
        var settings = parse.GetValue(_config) is { } file ? ConfigReader.Read(file.ToString(), Terminal) : Defaults(parse);
        var clouds = ImmutableArray.CreateBuilder<CloudEntry>();
        try
        {
            foreach (var (which, directory) in Clouds(parse, request, settings))
            {
                clouds.Add(await CloudFactory.OpenAsync(
                    which,
                    directory,
                    Terminal.Time,
                    Terminal.Random,
                    Warn,
                    stop.Token));
            }

            var opened = clouds.ToImmutable();
            var prices = new CloudPrices(new FixedPrices(settings.Prices.Book), new OpenClouds(opened), Terminal.Time, Warn);
            if (request.Layout.Distribution == LayoutRules.Word(DistributionKind.Cheapest))
            {
                await prices.RefreshAsync(stop.Token);
            }

            var report = await new LevelCheckRunner(opened, Terminal.Time, Terminal.Random, prices).RunAsync(request, stop.Token);
            Print(report, request.Group, parse.GetValue(_json));
            return CodeOf(report);
        }
        finally
        {
            foreach (var cloud in clouds)
            {
                await cloud.Cloud.DisposeAsync();
            }
        }
    }

    private ScaleRequest Read(ParseResult parse)
    {
        var layout = _layout.Read(parse, path => TemplateOptions.Make(TemplateFile.Read(path, TomlFile.Read(path))));
        if (layout.Placements is not null && _template.FirstGiven(parse) is { } beside)
        {
            throw new CliException(
                ExitCode.Usage, $"{beside.Name} does not go with --placement: each placement's file says what an instance is there");
        }

        return new()
        {
            Group = parse.GetValue(_group) ?? throw Missing(_group, "the group's name, or --group-id for a server's group"),
            Count = parse.GetValue(_count) ?? throw Missing(_count, "how many instances there must be"),
            Template = TemplateOptions.Make(_template.Read(parse, new())),
            Layout = layout,
            ScaleIn = parse.GetValue(_scaleIn) ?? ScaleInOrder.Oldest,
        };
    }

    private static CliException Missing(Option option, string allowed) => new(ExitCode.Usage, $"{option.Name} is missing: {allowed}");

    /// <summary>Every cloud that a template names, each once, and where what is local lies.</summary>
    private IEnumerable<(CloudConfig Cloud, string Data)> Clouds(ParseResult parse, ScaleRequest request, MusterConfig settings)
    {
        var allowed = $"one of the configured clouds: {string.Join(", ", settings.Clouds.Select(cloud => cloud.Name))}";
        (string Field, string Name)[] named = request.Layout.Placements is { } placements
            ? [.. placements.Select((placement, index) => ($"placements[{index}].template.cloud", placement.Template!.Cloud))]
            : [("cloud", request.Template.Cloud)];
        var errors = named.Where(one => settings.Clouds.All(cloud => cloud.Name != one.Name))
            .Select(one => new InputError(one.Field, one.Name.Length == 0 ? null : one.Name, allowed))
            .ToImmutableArray();
        return errors.IsEmpty
            ? settings.Clouds.Where(cloud => named.Any(one => one.Name == cloud.Name))
                .Select(cloud => (cloud, parse.GetValue(_data)?.FullName ?? settings.Data))
            : throw new InputException(errors);
    }

    private MusterConfig Defaults(ParseResult parse) => new()
    {
        Path = "",
        Data = parse.GetValue(_data)?.FullName ?? DataDirectory.Default(Terminal),
        Clouds = { new() { Name = "local", Kind = "local" } },
    };

    private void Warn(string line) => Terminal.Error.WriteLine(VisibleText.OneLine(line));

    private void Print(CheckReport report, string group, bool json)
    {
        foreach (var activity in report.Activities)
        {
            if (ScaleNotification.Of(activity, group) is not { } notification)
            {
                continue;
            }

            if (json)
            {
                Json.WriteLine(Terminal.Out, notification, ScaleJson.Default.ScaleNotification);
            }
            else
            {
                Terminal.Out.WriteLine(VisibleText.OneLine(notification.ToString()));
            }
        }
    }

    private static ExitCode CodeOf(CheckReport report) => report.Outcome switch
    {
        // Launched anew, and of what was launched before nothing lives: nobody can say yet that the level is restored. Where others
        // live, one that ended young was replaced, as the output says; ended too often, the breaker holds the next launch.
        _ when report is { HasBootFailure: true, Plan: null or { Counts.Running: 0 } } => ExitCode.LevelNotRestored,
        CheckOutcome.Idle or CheckOutcome.Acted => ExitCode.Ok,
        CheckOutcome.Held or CheckOutcome.Failed or CheckOutcome.Yielded => ExitCode.LevelNotRestored,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
