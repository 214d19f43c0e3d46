using System.Text.Json.Nodes;

namespace Muster.Simulators.Azure.Machines;

/// <summary>A disk, a network interface or a public address.</summary>
/// <param name="Type">Its type: <c>Microsoft.Compute/disks</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Created">When it was made.</param>
public sealed record SimulatedPart(string Type, string Id, JsonObject Tags, DateTimeOffset Created)
{
    /// <summary>The id of the machine that it belongs to; null for none.</summary>
    public string? Owner { get; internal set; }

    /// <summary>Whether it goes with the machine.</summary>
    public bool GoesWithOwner { get; init; } = true;

    /// <summary>What is told of it beside.</summary>
    public JsonObject Properties { get; init; } = [];

    internal JsonObject ToJson()
    {
        var properties = (JsonObject)Properties.DeepClone();
        var json = new JsonObject
        {
            ["id"] = Id, ["name"] = Id[(Id.LastIndexOf('/') + 1)..], ["type"] = Type, ["location"] = Catalogue.Location,
            ["tags"] = Tags.DeepClone(), ["properties"] = properties,
        };
        properties["provisioningState"] = "Succeeded";
        switch (Type)
        {
            case Catalogue.Disks:
                properties["timeCreated"] = Created.UtcDateTime.ToString("O");
                properties["diskState"] = Owner is null ? "Unattached" : "Attached";
                json["managedBy"] = Owner;
                break;
            case Catalogue.Interfaces when Owner is not null:
                properties["virtualMachine"] = new JsonObject { ["id"] = Owner };
                break;
            case Catalogue.Addresses when Owner is not null:
                properties["ipConfiguration"] = new JsonObject { ["id"] = $"{Owner}/ipConfigurations/ipconfig" };
                break;
        }

        return json;
    }
}
