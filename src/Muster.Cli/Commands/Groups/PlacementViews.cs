using System.Globalization;

using Muster.Api.Groups;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core.Prices;

namespace Muster.Cli.Commands.Groups;

/// <summary>How a group's placements are shown.</summary>
internal static class PlacementViews
{
    /// <summary>As a table; nothing for a group with a template alone.</summary>
    public static void Write(Terminal terminal, GroupView group)
    {
        if (group.Placements is not { } placements)
        {
            return;
        }

        Column[] costs = group.Currency is { } currency ? [$"{currency}/H"] : [];
        var grid = new Grid([
            "PLACEMENT", new Column("TEMPLATE", Drop: 2), new Column("CLOUD", Drop: 3), "ZONE", "WANTED", "RUNNING", .. costs, "CONDITION",
            new Column("REASON", Drop: 1) { Wraps = true },
        ]);
        foreach (var placement in placements)
        {
            Cell[] cost = costs is [] ? [] : [Cost(placement)];
            grid.Add([
                placement.Name, placement.TemplateName ?? placement.TemplateId?.ToString(), placement.Cloud, placement.Zone,
                placement.Wanted, placement.Running, .. cost, GroupViews.Condition(placement.Condition), Reason(placement),
            ]);
        }

        terminal.Out.WriteLine();
        grid.Write(terminal, Output.Text);
    }

    /// <summary>How the group is spread, in a few words.</summary>
    public static string Sharing(GroupView group) =>
        $"{group.Distribution}{OnDemand(group.OnDemandPercentAboveBase)}; {After("spills", group.SpillAfterS)}, "
            + $"{After("returns", group.ReturnAfterS)}, surge {group.Surge}";

    /// <summary>The placements whose instances the cloud may take back; null for none.</summary>
    public static string? Interruptible(GroupView group)
    {
        var names = (group.Placements ?? []).Where(placement => placement.Interruptible).Select(placement => placement.Name);
        return string.Join(", ", names) is { Length: > 0 } some ? some : null;
    }

    /// <summary>A group's template in a table: the first, and how many others there are.</summary>
    public static string Templates(GroupView group)
    {
        var first = group.TemplateName ?? group.TemplateId.ToString();
        var others = (group.Placements ?? []).Select(placement => placement.TemplateId).OfType<Guid>().Distinct()
            .Count(template => template != group.TemplateId);
        return others == 0 ? first : string.Create(CultureInfo.InvariantCulture, $"{first} and {others} more");
    }

    /// <summary>What is evacuated, behind a group's line.</summary>
    public static string Evacuated(GroupView group)
    {
        var names = (group.Placements ?? []).Where(placement => placement.EvacuatedAt is not null).Select(placement => placement.Name);
        return string.Join(", ", names) is { Length: > 0 } evacuated ? $"; evacuated: {evacuated}" : "; nothing is evacuated";
    }

    /// <summary>How much of it is not to be interruptible, behind its distribution; nothing where that was not said.</summary>
    public static string OnDemand(int? percent) => percent is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $", {percent}% on demand above the bases");

    private static string Cost(PlacementView placement) => placement is { PricePerHour: { } price, CostPerHour: { } cost }
        ? $"{Money.Text(cost)} ({Money.Text(price)} each)"
        : "unknown";

    private static string Reason(PlacementView placement) => placement.EvacuatedAt is null
        ? placement.Reason
        : $"evacuated since {Moments.Text(placement.EvacuatedAt)}{(placement.IgnoresDead ? ", what is there counting as dead" : "")}; "
            + placement.Reason;

    private static string After(string what, double? seconds) =>
        seconds is null or 0 ? $"never {what}" : $"{what} after {Moments.Seconds(seconds.Value)}";
}
