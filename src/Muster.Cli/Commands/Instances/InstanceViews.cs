using System.Globalization;

using Muster.Api;
using Muster.Api.Instances;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Instances;

/// <summary>How instances are shown.</summary>
internal static class InstanceViews
{
    // Longer ones would push the rest of the row off the screen.
    private const int AttributeLengthMax = 20;

    /// <param name="terminal">Where.</param>
    /// <param name="instances">Which.</param>
    /// <param name="output">How.</param>
    /// <param name="ofAll">Whether they are of several groups.</param>
    public static void Write(Terminal terminal, IReadOnlyList<InstanceView> instances, Output output, bool ofAll = false)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, instances, ApiJson.Default.InstanceView);
            return;
        }

        if (output.IsName)
        {
            Names.Write(terminal, instances.Select(instance => instance.Name));
            return;
        }

        // Each kind of cloud tells its own; paths and the like are for --json and --only.
        var attributes = instances
            .SelectMany(instance => instance.Attributes)
            .GroupBy(attribute => attribute.Key, attribute => attribute.Value.Length)
            .Where(lengths => lengths.Max() <= AttributeLengthMax)
            .Select(lengths => lengths.Key)
            .Order(StringComparer.Ordinal)
            .ToList();
        // Of the attributes that do not fit, the last go first. Only a group with placements has those.
        var isSpread = instances.Any(instance => instance.Placement is not null);
        // Of a group of which nobody but its cloud says anything, the state says it all.
        var isKnown = ofAll || instances.Any(SaysMore);
        var grid = new Grid([
            new Column("ID") { IsId = true }, "NAME", .. ofAll ? [new Column("GROUP")] : Array.Empty<Column>(),
            .. isSpread ? [new Column("PLACEMENT")] : Array.Empty<Column>(),
            "STATE", .. isKnown ? [new Column("PHASE"), new Column("HEALTH")] : Array.Empty<Column>(),
            new Column("AGE", Drop: 1), new Column("ADDRESS", Drop: 2),
            .. attributes.Select((name, index) => new Column(name.ToUpperInvariant(), Drop: 4 + index)),
            new Column("DETAIL", Drop: 3) { Wraps = true }]);
        var now = terminal.Time.GetUtcNow();
        foreach (var instance in instances)
        {
            grid.Add([
                instance.Id, instance.Name, .. ofAll ? [(Cell)instance.Group] : Array.Empty<Cell>(),
                .. isSpread ? [(Cell)instance.Placement] : Array.Empty<Cell>(),
                State(instance.State), .. isKnown ? [Phase(instance), Health(instance.Health)] : Array.Empty<Cell>(),
                Moments.Age(instance.CreatedAt, now),
                instance.Addresses.Count > 0 ? instance.Addresses[0] : null,
                .. attributes.Select(name => (Cell)instance.Attributes.GetValueOrDefault(name)),
                new Cell(Detail(instance), Tone.Dim)]);
        }

        grid.Write(terminal, output);
    }

    /// <summary>One instance's fields, and what each source says of it.</summary>
    public static void WriteOne(Terminal terminal, InstanceView instance, Output output)
    {
        if (output.IsJson)
        {
            Json.Write(terminal.Out, instance, ApiJson.Default.InstanceView);
            return;
        }

        var details = new Details()
            .Add("Name", instance.Name)
            .Add("Id", instance.Id)
            .Add("Group", instance.Group)
            .Add("Cloud", instance.Zone is { } zone ? $"{instance.Cloud}, zone {zone}" : instance.Cloud)
            .Add("State", State(instance.State))
            .Add("Phase", Phase(instance))
            .Add("Health", Health(instance.Health))
            .Add("Addresses", string.Join(", ", instance.Addresses))
            .Add("Created", Moments.Text(instance.CreatedAt));
        if (instance.Placement is { } placement)
        {
            details.Add("Placement", placement);
        }

        if (instance.StateDetail is { Length: > 0 } why)
        {
            details.Add("Detail", why);
        }

        if (instance.Load is { } load)
        {
            details.Add("Load", load.ToString("0.###", CultureInfo.InvariantCulture));
        }

        if (instance.LifetimeEndsAt is { } end)
        {
            details.Add("Lifetime ends", Moments.Text(end));
        }

        if (instance.LeavingAt is { } leaving)
        {
            details.Add("Leaving", Moments.Text(leaving));
        }

        if (instance.Attributes.Count > 0)
        {
            details.AddPairs("Attributes", instance.Attributes);
        }

        details.Write(terminal);
        WriteGates(terminal, instance, output);
        terminal.Out.WriteLine();
        var grid = new Grid("SOURCE", "VERDICT", "SINCE", new Column("EXPIRES", Drop: 2), new Column("DETAIL", Drop: 1) { Wraps = true });
        foreach (var finding in instance.Findings)
        {
            grid.Add(
                finding.Source, Health(finding.Verdict), Moments.Text(finding.Since), Moments.Text(finding.ExpiresAt),
                new Cell(finding.Detail ?? "", Tone.Dim));
        }

        grid.Write(terminal, output);
    }

    /// <summary>What it waits for; nothing of one that waits for nothing.</summary>
    private static void WriteGates(Terminal terminal, InstanceView instance, Output output)
    {
        if (instance.Gates is not { Count: > 0 } gates)
        {
            return;
        }

        terminal.Out.WriteLine();
        var grid = new Grid("HOOK", "STATE", "SINCE", "DEADLINE");
        foreach (var gate in gates)
        {
            grid.Add(
                gate.Name,
                new Cell(gate.Silent ? $"{gate.State} (silent)" : gate.State, gate.State switch
                {
                    "waiting" => Tone.Busy,
                    "continue" => Tone.Good,
                    _ => Tone.Bad,
                }),
                Moments.Text(gate.Since), Moments.Text(gate.DeadlineAt));
        }

        grid.Write(terminal, output);
    }

    /// <summary>The answer to what was asked of an instance.</summary>
    public static void WriteLine(Terminal terminal, InstanceView instance, Output output)
    {
        if (output.IsJson)
        {
            Json.Write(terminal.Out, instance, ApiJson.Default.InstanceView);
            return;
        }

        terminal.Out.WriteLine($"{Line(instance)}{(instance.Message is { } message ? $"; {VisibleText.OneLine(message)}" : "")}");
    }

    /// <summary>An instance on one line.</summary>
    public static string Line(InstanceView instance)
    {
        var detail = Detail(instance);
        return VisibleText.OneLine(
            $"{instance.Name}: {Phase(instance).Text}, {instance.Health}{(detail.Length == 0 ? "" : $" ({detail})")}");
    }

    private static bool SaysMore(InstanceView instance) => instance.Findings.Count > 1 || instance.Protected || instance.Standby
        || instance.Phase is "booting" or "out-of-service" or "draining" or "warming" or "warm"
        || (instance.Phase is "terminating" && instance.State is "running");

    private static Cell Phase(InstanceView instance) => new(
        instance.Protected ? $"{instance.Phase}, protected" : instance.Phase,
        instance.Phase switch
        {
            "in-service" => Tone.Good,
            "out-of-service" or "dead" => Tone.Bad,
            _ => Tone.Busy,
        });

    private static Cell Health(string verdict) => new(verdict, verdict switch
    {
        "healthy" => Tone.Good,
        "unhealthy" => Tone.Bad,
        _ => Tone.Plain,
    });

    /// <summary>Why it is as it is: of one that runs and does not work, what the source says that is sure of it.</summary>
    private static string Detail(InstanceView instance) =>
        instance.Phase is "out-of-service"
        && instance.Findings.FirstOrDefault(finding => finding is { Verdict: "unhealthy", Source: not "cloud" }) is { } worst
            ? worst.Detail is { Length: > 0 } why ? $"{worst.Source}: {why}" : worst.Source
            : instance.StateDetail ?? "";

    private static Cell State(string state) => new(state, state switch
    {
        "running" => Tone.Good,
        "provisioning" or "leaving" or "terminating" or "unknown" => Tone.Busy,
        _ => Tone.Bad,
    });
}
