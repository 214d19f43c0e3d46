using System.CommandLine;

using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Wording;
using Muster.Core.Placements;
using Muster.Core.Templates;

namespace Muster.Cli.Commands.Groups;

/// <summary>How <c>group create</c> and <c>group update</c> are told over which placements a group is spread.</summary>
internal sealed class LayoutOptions
{
    private readonly PlacementOption _placements;
    private readonly Option<IReadOnlyList<string>?> _zones;
    private readonly ChoiceOption<DistributionKind> _distribution;
    private readonly Option<int?> _onDemand;
    private readonly TimeOrOffOption _spillAfter;
    private readonly TimeOrOffOption _returnAfter;
    private readonly Option<string?> _surge;

    private LayoutOptions(string placements, string zones, Func<string, string> unless)
    {
        _placements = new(placements);
        _zones = new("--zones")
        {
            Description = zones,
            HelpName = "a,b,...",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(','))],
        };
        _distribution = new(
            "--distribution",
            $"How placements share the capacity: the first is filled first, by weight, or the cheapest first{unless("ordered")}.",
            Words.Distribution);
        _onDemand = new("--on-demand-above-base")
        {
            Description = "Percent of the instances beyond all bases that are not to be interruptible, where there are placements of "
                + $"both kinds{unless("off")}.",
            HelpName = "n|off",
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (text == "off")
                {
                    return LayoutEdit.NoPercent;
                }

                if (WholeNumber.TryParse(text, 0, LayoutRules.PercentMax, out int percent))
                {
                    return percent;
                }

                result.AddError($"--on-demand-above-base is '{text}': {WholeNumber.Allowed(0, LayoutRules.PercentMax)}, or off");
                return null;
            },
        };
        _spillAfter = new(
            "--spill-after", $"How long a cloud may be away before what is missing there is launched elsewhere{unless("2m")}.",
            LayoutRules.AfterMin, LayoutRules.AfterMax);
        _returnAfter = new(
            "--return-after", $"How long a better placement must have been back before members move there{unless("10m")}.",
            LayoutRules.AfterMin, LayoutRules.AfterMax);
        _surge = new("--surge")
        {
            Description = "How many move at once between placements; without placements, how many there may be beyond the capacity while "
                + $"unhealthy ones are replaced{unless("10%, or 1")}.",
            HelpName = "n|n%",
            CustomParser = result => PortionOrNone("--surge", result),
        };
    }

    /// <summary>Reads a number, or a part of the capacity; 0 for none.</summary>
    /// <param name="name">The option.</param>
    /// <param name="result">What was typed.</param>
    public static string PortionOrNone(string name, System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (text != "0" && !Portion.TryParse(text, out _))
        {
            result.AddError($"{name} is '{text}': a number from 0, or 1% to 100%");
        }

        return text;
    }

    /// <summary>Those of a new group.</summary>
    public static LayoutOptions OfNew() => new(
        "Where the group lives, instead of --template: a template, and more of zone, rank, weight, min, max, base and interruptible. "
            + "Repeated; in order.",
        "One placement of --template in each of these zones of its cloud, balanced unless --distribution is set.",
        value => $"; {value} unless set");

    /// <summary>Those of a group that nothing but the command line knows: without those that take time, or a memory of it.</summary>
    public static LayoutOptions OfScale() => new(
        "Where the group lives, instead of --cloud and --image: a template's file, and more as for 'muster group create'. "
            + "Repeated; in order.",
        "One placement in each of these zones of --cloud, balanced unless --distribution is set.",
        value => $"; {value} unless set");

    /// <summary>Those of a group that is changed.</summary>
    public static LayoutOptions OfChange() => new(
        "All placements, in place of those there are. Repeated; in order. Running instances stay where they are.",
        "One placement of the template in each of these zones of its cloud, in place of what there is.",
        _ => "");

    /// <summary>Whether placements are given.</summary>
    public bool HasPlacements(ParseResult parse) => parse.GetResult(_placements) is not null || parse.GetResult(_zones) is not null;

    /// <summary>Whether a command line names placements, each with a template of its own.</summary>
    public bool NamesTemplates(System.CommandLine.Parsing.CommandResult command) => command.GetResult(_placements) is not null;

    /// <summary>All of them.</summary>
    public void AddTo(Command command)
    {
        AddSharesTo(command);
        command.Add(_spillAfter);
        command.Add(_returnAfter);
        command.Add(_surge);
    }

    /// <summary>Those that say where, and how many.</summary>
    public void AddSharesTo(Command command)
    {
        command.Add(_placements);
        command.Add(_zones);
        command.Add(_distribution);
        command.Add(_onDemand);
    }

    /// <summary>The words of the command line for the fields of the API.</summary>
    public FieldNames Fields(ParseResult parse) => PlacementOption.Fields(parse.GetValue(_placements));

    public GroupInput Read(ParseResult parse, GroupInput input) => input with
    {
        Placements = parse.GetValue(_placements),
        Zones = parse.GetValue(_zones),
        Distribution = Distribution(parse),
        OnDemandPercentAboveBase = parse.GetValue(_onDemand),
        SpillAfterS = parse.GetValue(_spillAfter),
        ReturnAfterS = parse.GetValue(_returnAfter),
        Surge = parse.GetValue(_surge),
    };

    public GroupUpdate Read(ParseResult parse, GroupUpdate update) => update with
    {
        Placements = parse.GetValue(_placements),
        Zones = parse.GetValue(_zones),
        Distribution = Distribution(parse),
        OnDemandPercentAboveBase = parse.GetValue(_onDemand),
        SpillAfterS = parse.GetValue(_spillAfter),
        ReturnAfterS = parse.GetValue(_returnAfter),
        Surge = parse.GetValue(_surge),
    };

    /// <summary>Those that say where, and how many, for who keeps a group without a server.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="template">Finds the template that a placement names.</param>
    public LayoutEdit Read(ParseResult parse, Func<string, Template> template) => new()
    {
        Placements = parse.GetValue(_placements) is not { } placements ? null :
        [
            .. placements.Select(placement => new NewPlacement
            {
                Name = placement.Name,
                Template = template(placement.Template!),
                Zone = placement.Zone,
                Rank = placement.Rank,
                Weight = placement.Weight,
                Min = placement.Min,
                Max = placement.Max,
                Base = placement.Base,
                IsInterruptible = placement.Interruptible,
            }),
        ],
        Zones = parse.GetValue(_zones) is { } zones ? [.. zones] : null,
        Distribution = Distribution(parse),
        OnDemandPercentAboveBase = parse.GetValue(_onDemand),
    };

    private string? Distribution(ParseResult parse) => parse.GetValue(_distribution) is { } kind ? Words.Distribution.Word(kind) : null;
}
