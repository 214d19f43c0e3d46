using System.CommandLine;

using Muster.Api.Groups;
using Muster.Cli.Wording;
using Muster.Core;
using Muster.Core.Placements;

namespace Muster.Cli.Arguments;

/// <summary>An option given any number of times, each a placement: <c>a=TEMPLATE,zone=Z,max=4</c>. Null when it is not given.</summary>
internal sealed class PlacementOption : Option<IReadOnlyList<PlacementInput>?>
{
    private const string Form = "name=template, then any of zone=, rank=, weight=, min=, max=, base= and interruptible=, parted by commas";

    public PlacementOption(string description)
        : base("--placement")
    {
        Description = description;
        HelpName = "name=template,...";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = result =>
        {
            var placements = new List<PlacementInput>();
            foreach (var text in result.Tokens.Select(token => token.Value))
            {
                if (Read(text) is ({ } placement, _))
                {
                    placements.Add(placement);
                }
                else if (Read(text) is (_, { } wrong))
                {
                    result.AddError($"--placement is '{text}': {wrong}");
                }
            }

            return placements;
        };
    }

    /// <summary>The words of the command line for the fields of the placements that were given.</summary>
    public static FieldNames Fields(IReadOnlyList<PlacementInput>? placements) => FieldNames.OfGroup.With(
        [.. (placements ?? []).Select((placement, index) => ($"placements[{index}]", $"--placement {placement.Name}"))]);

    private static (PlacementInput? Placement, string? Wrong) Read(string text)
    {
        var parts = text.Split(',');
        if (Pair(parts[0]) is not var (name, template) || template.Length == 0)
        {
            return (null, Form);
        }

        var placement = new PlacementInput { Name = name, Template = template };
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts[1..])
        {
            if (Pair(part) is not var (key, value))
            {
                return (null, $"'{part}' is no key=value; {Form}");
            }

            if (!given.Add(key))
            {
                return (null, $"{key} was given already");
            }

            if (key == "zone")
            {
                placement = placement with { Zone = value };
                continue;
            }

            if (key == "interruptible")
            {
                if (value is not ("true" or "false"))
                {
                    return (null, $"interruptible is '{value}': true or false");
                }

                placement = placement with { Interruptible = value == "true" };
                continue;
            }

            var max = key switch
            {
                "rank" => PlacementSpec.RankMax,
                "weight" => PlacementSpec.WeightMax,
                "min" or "max" or "base" => int.MaxValue,
                _ => -1,
            };
            if (max < 0)
            {
                return (null, $"{key} is none of zone, rank, weight, min, max, base and interruptible");
            }

            if (!WholeNumber.TryParse(value, 0, max, out int number))
            {
                return (null, $"{key} is '{value}': {WholeNumber.Allowed(0, max)}");
            }

            placement = key switch
            {
                "rank" => placement with { Rank = number },
                "weight" => placement with { Weight = number },
                "min" => placement with { Min = number },
                "max" => placement with { Max = number },
                _ => placement with { Base = number },
            };
        }

        return (placement, null);
    }

    private static (string Key, string Value)? Pair(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var split ? (text[..split], text[(split + 1)..]) : null;
}
