using Muster.Api;
using Muster.Api.Groups;
using Muster.Cli.Commands.Policies;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core.Prices;
using Muster.Core;

namespace Muster.Cli.Commands.Groups;

/// <summary>How groups are shown.</summary>
internal static class GroupViews
{
    public static void Write(Terminal terminal, GroupView group, Output output)
    {
        if (output.IsJson)
        {
            Json.Write(terminal.Out, group, ApiJson.Default.GroupView);
            return;
        }

        var (capacity, status, brakes) = (group.Capacity, group.Status, group.Brakes);
        var details = new Details()
            .Add("Name", group.Name)
            .Add("Id", group.Id.ToString())
            .Add(
                group.Placements is null ? "Template" : "Placements",
                group.Placements is null ? group.TemplateName ?? group.TemplateId.ToString() : PlacementViews.Sharing(group))
            .Add("Capacity", Capacity(capacity))
            .Add("Condition", Condition(status.Condition))
            .Add("Reason", status.Reason)
            .Add("Instances", Instances(status))
            .Add("Checked", $"{Moments.Text(status.CheckedAt)}, every {Moments.Seconds(group.IntervalS)}")
            .Add("Scale in", group.ScaleIn)
            .Add(
                "Brakes",
                $"launches {brakes.LaunchesInFlightMax} at once, {brakes.LaunchesPerCheckMax} a check, {brakes.LaunchesPerHourMax} an "
                + $"hour; terminations {brakes.TerminationsPerCheckMax} a check, {brakes.TerminationsPerHourMax} an hour")
            .Add("Version", Version(group));
        HealthViews.AddTo(details, group);
        LifeViews.AddTo(details, group);
        if (PlacementViews.Interruptible(group) is { } interruptible)
        {
            details.Add("Interruptible", interruptible);
        }

        if (group.Currency is { } currency)
        {
            details.Add("Cost", Cost(group, currency));
        }

        if (brakes.SpendPerHourMax is { } max)
        {
            details.Add("Spend limit", $"{Money.Text(max)}{(group.Currency is { } unit ? $" {unit}" : "")} an hour");
        }

        if (status.NextAttemptAt is { } next)
        {
            details.Add("Next attempt", Moments.Text(next));
        }

        if (group.Suspended.Count > 0)
        {
            details.Add("Suspended", new Cell(string.Join(", ", group.Suspended), Tone.Busy));
        }

        if (group.Phase != "active")
        {
            details.Add("Phase", new Cell(group.Phase, Tone.Dim));
        }

        details.Write(terminal);
        PlacementViews.Write(terminal, group);
        PolicyViews.WriteBelow(terminal, group.Policies);
    }

    private static string Capacity(CapacityView capacity)
    {
        var moved = capacity.Set is { } set ? $"; {set} set by a person" : "";
        var held = capacity.HeldUntil is { } until ? $"; held against policies until {Moments.Text(until)}" : "";
        var who = capacity.Author is null ? "" : $"; by {capacity.Author}{(capacity.Reason is { } why ? $": {why}" : "")}";
        return $"{capacity.Desired} (min {capacity.Min}, max {capacity.Max}){who}{moved}{held}";
    }

    private static string Cost(GroupView group, string currency)
    {
        var each = group.PricePerHour is { } price ? $", {Money.Text(price)} an instance" : "";
        return group.CostPerHour is { } cost
            ? $"{Money.AnHour(cost, currency)}{each}"
            : "unknown: something that it holds has no price";
    }

    private static string Version(GroupView group) =>
        $"{group.Version}, changed {Moments.Text(group.UpdatedAt)}{(group.Revision is { } revision ? $"; revision {revision}" : "")}";

    /// <summary>What a group is now, on one line: the answer to a change.</summary>
    public static void WriteLine(Terminal terminal, GroupView group, Output output, string more = "")
    {
        if (output.IsJson)
        {
            Json.Write(terminal.Out, group, ApiJson.Default.GroupView);
            return;
        }

        terminal.Out.WriteLine(Line(group) + more);
    }

    /// <summary>A group on one line.</summary>
    public static string Line(GroupView group) => VisibleText.OneLine(group.Phase switch
    {
        "archived" => $"{group.Name}: archived",
        "draining" => $"{group.Name}: draining, {Instances(group.Status)}",
        // What the last check found of the group is older than what is wanted now; and what is switched off says more than that check does.
        _ when !IsUpToDate(group) || group is { Status.Condition: "suspended", Suspended.Count: > 0 } =>
            $"{group.Name}: {Instances(group.Status)}{Suspended(group)}",
        _ when group.Status.Condition is "healthy" or "scaling" => $"{group.Name}: {Instances(group.Status)}",
        _ => $"{group.Name}: {Instances(group.Status)}; {group.Status.Condition}: {group.Status.Reason}",
    });

    /// <summary>Whether the last check saw the group as it is wanted now.</summary>
    public static bool IsUpToDate(GroupView group) => group.Status.CheckedAt >= group.UpdatedAt;

    /// <summary>What is switched off by hand, behind a group's line; nothing where nothing is.</summary>
    private static string Suspended(GroupView group) =>
        group.Suspended.Count == 0 ? "" : $"; suspended: {string.Join(", ", group.Suspended)}";

    public static void Write(Terminal terminal, IReadOnlyList<GroupView> groups, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, groups, ApiJson.Default.GroupView);
            return;
        }

        if (output.IsName)
        {
            Names.Write(terminal, groups.Select(group => group.Name));
            return;
        }

        var grid = new Grid(
            "NAME", new Column("TEMPLATE", Drop: 2), "DESIRED", "RUNNING", "CONDITION", new Column("REASON", Drop: 1) { Wraps = true },
            new Column("ID") { IsId = true, IsExtra = true });
        foreach (var group in groups)
        {
            grid.Add(
                group.Name, PlacementViews.Templates(group), group.Capacity.Desired, group.Status.Running,
                group.Phase == "active" ? Condition(group.Status.Condition) : new Cell(group.Phase, Tone.Dim), group.Status.Reason,
                group.Id.ToString());
        }

        grid.Write(terminal, output);
    }

    /// <summary>The figures of a status, as a plan has them.</summary>
    public static InstanceCountsView Counts(GroupStatusView status) => new()
    {
        Running = status.Running,
        Provisioning = status.Provisioning,
        Pending = status.Pending,
        Dead = status.Dead,
        Terminating = status.Terminating,
        Draining = status.Draining,
        Warm = status.Warm,
        Warming = status.Warming,
        Unknown = status.Unknown,
    };

    public static Cell Condition(string condition) => new(condition, condition switch
    {
        "healthy" => Tone.Good,
        "scaling" => Tone.Busy,
        "degraded" => Tone.Bad,
        "suspended" => Tone.Busy,
        _ => Tone.Plain,
    });

    /// <summary>What is wanted and what runs, the others where there are any: <c>3 wanted, 2 running, 1 pending</c>.</summary>
    public static string Instances(GroupStatusView status) => string.Join(", ",
        new (int Count, string Word)[]
        {
            (status.Unhealthy, "unhealthy"), (status.Provisioning, "provisioning"), (status.Pending, "pending"), (status.Dead, "dead"),
            (status.Draining, "draining"), (status.Terminating, "terminating"), (status.Unknown, "unknown"),
            (status.Warm, "warm"), (status.Warming, "warming"),
        }
        .Where(part => part.Count > 0)
        .Select(part => $"{part.Count} {part.Word}")
        .Prepend($"{status.Level} wanted, {status.Running} running"));
}
