using System.Globalization;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Gce.Machines;

/// <summary>A disk of a simulated Compute Engine.</summary>
internal sealed class GceDiskRecord
{
    public required string Zone { get; init; }

    public required string Name { get; init; }

    public required string Link { get; init; }

    public required ulong Number { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required string? SourceImage { get; init; }

    public required string SizeGb { get; init; }

    public required string Type { get; init; }

    public required JsonObject Labels { get; init; }

    /// <summary>Whether it goes with its instance.</summary>
    public bool AutoDelete { get; set; }

    /// <summary>The instance that uses it; null for none.</summary>
    public string? User { get; set; }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["kind"] = "compute#disk",
            ["id"] = Number.ToString(CultureInfo.InvariantCulture),
            ["name"] = Name,
            ["zone"] = Link[..Link.IndexOf("/disks/", StringComparison.Ordinal)],
            ["selfLink"] = Link,
            ["status"] = "READY",
            ["sizeGb"] = SizeGb,
            ["type"] = Type,
            ["creationTimestamp"] = GceMachine.Text(Created),
            ["labels"] = Labels.DeepClone(),
        };
        if (SourceImage is not null)
        {
            json["sourceImage"] = SourceImage;
        }

        if (User is not null)
        {
            json["users"] = new JsonArray(User);
        }

        return json;
    }
}
