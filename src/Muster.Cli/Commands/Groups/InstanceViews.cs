using Muster.Api;
using Muster.Api.Instances;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary>How instances are shown.</summary>
internal static class InstanceViews
{
    // Longer ones would push the rest of the row off the screen.
    private const int AttributeLengthMax = 20;

    public static void Write(Terminal terminal, IReadOnlyList<InstanceView> instances, Output output)
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
        var grid = new Grid([
            new Column("ID") { IsId = true }, "NAME", .. isSpread ? [new Column("PLACEMENT")] : Array.Empty<Column>(),
            "STATE", new Column("AGE", Drop: 1), new Column("ADDRESS", Drop: 2),
            .. attributes.Select((name, index) => new Column(name.ToUpperInvariant(), Drop: 4 + index)),
            new Column("DETAIL", Drop: 3) { Wraps = true }]);
        var now = terminal.Time.GetUtcNow();
        foreach (var instance in instances)
        {
            grid.Add([
                instance.Id, instance.Name, .. isSpread ? [(Cell)instance.Placement] : Array.Empty<Cell>(),
                State(instance.State), Moments.Age(instance.CreatedAt, now),
                instance.Addresses.Count > 0 ? instance.Addresses[0] : null,
                .. attributes.Select(name => (Cell)instance.Attributes.GetValueOrDefault(name)),
                new Cell(instance.StateDetail ?? "", Tone.Dim)]);
        }

        grid.Write(terminal, output);
    }

    private static Cell State(string state) => new(state, state switch
    {
        "running" => Tone.Good,
        "provisioning" or "leaving" or "terminating" or "unknown" => Tone.Busy,
        _ => Tone.Bad,
    });
}
