using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure.Machines;

/// <summary>
/// A virtual machine: a record, and nothing that runs. Its state is <c>Creating</c>, <c>Failed</c>, <c>Deleting</c>, or what it does where
/// nothing goes on with it: <c>Running</c>, <c>Starting</c>, <c>Stopped</c>, <c>Deallocated</c>.
/// </summary>
public sealed class SimulatedVm : ParkedMachine<string>
{
    /// <summary>Its whole id.</summary>
    public required string ResourceId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>An id of its own, which no later machine of that name has.</summary>
    public required Guid VmId { get; init; }

    /// <summary>What was asked for.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>Its tags.</summary>
    public JsonObject Tags { get; internal set; } = [];

    /// <summary>Why it failed; null where it did not.</summary>
    public string? FailedCode { get; internal set; }

    /// <summary>Whether it runs although it failed, as where only a change of it did.</summary>
    public bool RunsAllTheSame { get; internal set; }

    /// <summary>Its network interfaces and disks.</summary>
    internal IReadOnlyList<SimulatedPart> Parts { get; init; } = [];

    private string ProvisioningState => State switch
    {
        "Creating" or "Failed" or "Deleting" => State,
        "Starting" or "Deallocating" => "Updating",
        _ => "Succeeded",
    };

    private string? PowerState => State switch
    {
        "Failed" => RunsAllTheSame ? "running" : null,
        "Creating" or "Starting" => "starting",
        "Deleting" => null,
        _ => State.ToLowerInvariant(),
    };

    internal override SimulatedVm Copy()
    {
        var copy = (SimulatedVm)base.Copy();
        copy.Tags = (JsonObject)Tags.DeepClone();
        return copy;
    }

    /// <summary>The model, without what is never shown again: user data and secrets.</summary>
    public JsonObject ToJson(bool withView = false)
    {
        var json = (JsonObject)Body.DeepClone();
        var properties = (JsonObject)json["properties"]!;
        properties.Remove("userData");
        (properties["osProfile"] as JsonObject)?.Remove("customData");
        properties["networkProfile"] = new JsonObject
        {
            ["networkInterfaces"] = new JsonArray(
            [
                .. Parts.Where(part => part.Type == Catalogue.Interfaces).Select((part, index) => new JsonObject
                {
                    ["id"] = part.Id, ["properties"] = new JsonObject { ["primary"] = index == 0, ["deleteOption"] = "Delete" },
                }),
            ]),
        };
        properties["vmId"] = VmId.ToString();
        properties["provisioningState"] = ProvisioningState;
        properties["timeCreated"] = Created.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        if (withView)
        {
            properties["instanceView"] = View();
        }

        json["tags"] = Tags.DeepClone();
        json["name"] = Name;
        json["id"] = ResourceId;
        json["type"] = "Microsoft.Compute/virtualMachines";
        return json;
    }

    /// <summary>What a list of states shows: no tags, and the group's name in capitals.</summary>
    internal JsonObject ToStatus()
    {
        var parts = ResourceId.Split('/');
        parts[4] = parts[4].ToUpperInvariant();
        return new()
        {
            ["name"] = Name,
            ["id"] = string.Join('/', parts),
            ["type"] = "Microsoft.Compute/virtualMachines",
            ["location"] = Catalogue.Location,
            ["properties"] = new JsonObject
            {
                ["vmId"] = VmId.ToString(), ["provisioningState"] = ProvisioningState, ["instanceView"] = View(),
            },
        };
    }

    private JsonObject View()
    {
        var statuses = new JsonArray();
        var code = $"ProvisioningState/{ProvisioningState.ToLowerInvariant()}{(FailedCode is null ? "" : $"/{FailedCode}")}";
        var status = new JsonObject { ["code"] = code, ["level"] = FailedCode is null ? "Info" : "Error" };
        if (FailedCode is not null)
        {
            status["message"] = Catalogue.WhyFailed(FailedCode);
        }

        statuses.Add((JsonNode)status);
        if (PowerState is { } power)
        {
            statuses.Add((JsonNode)new JsonObject
            {
                ["code"] = $"PowerState/{power}", ["level"] = "Info", ["displayStatus"] = $"VM {power}",
            });
        }

        return new() { ["statuses"] = statuses };
    }
}
