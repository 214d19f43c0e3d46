using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Muster.Simulators.Gce.Requests;
using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Machines;

/// <summary>What Compute Engine does with instances, disks and operations in a zone.</summary>
internal sealed partial class InstanceEndpoints(GceSimulatorOptions options, GcePark park, TimeProvider timeProvider)
{
    private const int LabelsMax = 64, ValueBytesMax = 256 * 1024, MetadataBytesMax = 512 * 1024;

    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(2);

    /// <summary>Makes an instance.</summary>
    /// <param name="root">The project's link.</param>
    /// <param name="zone">Where.</param>
    /// <param name="query">The query.</param>
    /// <param name="body">The body.</param>
    public Reply Insert(string root, string zone, Func<string, string?> query, byte[] body)
    {
        var requestId = query("requestId");
        if (requestId is not null && (!Guid.TryParse(requestId, out var id) || id == Guid.Empty))
        {
            throw GceRefusal.Invalid("requestId", requestId, "Must be a non-zero UUID.");
        }

        if (requestId is not null && park.Requests.TryGetValue(requestId, out var before))
        {
            return new(200, before.ToJson());
        }

        var asked = Shapes.Read(body, "Instance");
        if (query("sourceInstanceTemplate") is { } template)
        {
            FillIn(asked, root, zone, template);
        }

        var name = (string?)asked["name"] ?? "";
        if (!Name().IsMatch(name))
        {
            throw GceRefusal.Invalid("resource.name", name, "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'");
        }

        CheckMachineType(root, zone, (string?)asked["machineType"]);
        CheckLabels("resource.labels", asked["labels"] as JsonObject);
        CheckMetadata(asked["metadata"]?["items"] as JsonArray);
        CheckScheduling(asked["scheduling"] as JsonObject);
        var link = $"{root}/zones/{zone}/instances/{name}";
        var now = timeProvider.GetUtcNow();
        var disks = DisksOf(asked, root, zone, name, link, now);
        asked["networkInterfaces"] = InterfacesOf(asked, root, zone);
        var machine = new GceMachine
        {
            Id = GcePark.IdOf(zone, name),
            Zone = zone,
            Name = name,
            Number = park.NextNumber(),
            Link = link,
            Body = asked,
            Labels = (JsonObject?)asked["labels"]?.DeepClone() ?? [],
            IsProtected = (bool?)asked["deletionProtection"] ?? false,
            State = "PROVISIONING",
            Created = now,
            Updated = now,
        };
        var operation = Begin(root, zone, "insert", link, machine.Number);
        if (!park.TryMake(machine, disks, operation))
        {
            park.Operations.TryRemove(operation.Name, out _);
            throw new GceRefusal(
                409, "alreadyExists", $"The resource 'projects/{options.Project}/zones/{zone}/instances/{name}' already exists");
        }

        if (requestId is not null)
        {
            park.Requests[requestId] = operation;
        }

        return new(200, operation.ToJson());
    }

    /// <summary>Deletes one.</summary>
    public Reply Delete(string root, string zone, string name) => park.With(GcePark.IdOf(zone, name), machine =>
    {
        if (machine.IsProtected)
        {
            throw new GceRefusal(
                400, "invalidResourceUsage", "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion.'.");
        }

        var operation = Begin(root, zone, "delete", machine.Link, machine.Number);
        park.BeginDelete(machine, operation);
        return new Reply(200, operation.ToJson());
    }) ?? throw NotFound(zone, "instances", name);

    /// <summary>Stops, suspends, starts or resumes one.</summary>
    public Reply Power(string root, string zone, string name, string order) => park.With(GcePark.IdOf(zone, name), machine =>
    {
        if (machine.Making is not null || machine.Ending.Count > 0 || machine.Switching is not null)
        {
            throw new GceRefusal(
                400, "resourceNotReady", $"The resource '{machine.Link}' is not ready", "RESOURCE_NOT_READY");
        }

        var operation = Begin(root, zone, order, machine.Link, machine.Number);
        switch (order, machine.State)
        {
            case ("stop", "RUNNING" or "SUSPENDED"):
                park.BeginSwitch(machine, operation, "STOPPING", "TERMINATED");
                break;
            case ("suspend", "RUNNING"):
                park.BeginSwitch(machine, operation, "SUSPENDING", "SUSPENDED");
                break;
            case ("start", "TERMINATED") or ("resume", "SUSPENDED"):
                park.BeginSwitch(machine, operation, "STAGING", "RUNNING");
                break;
            case ("start", "RUNNING") or ("stop", "TERMINATED"):
                operation.End();
                break;
            default:
                throw new GceRefusal(
                    400, "invalid", $"Instance {name} is {machine.State}, and cannot be asked to {order}.", "UNSUPPORTED_OPERATION");
        }

        return new Reply(200, operation.ToJson());
    }) ?? throw NotFound(zone, "instances", name);

    /// <summary>Gives it other labels, in place of all that it has.</summary>
    public Reply SetLabels(string root, string zone, string name, byte[] body)
    {
        var asked = Shapes.Read(body, "InstancesSetLabelsRequest");
        var labels = asked["labels"] as JsonObject ?? [];
        CheckLabels("labels", labels);
        var id = GcePark.IdOf(zone, name);
        var operation = park.With(id, machine =>
        {
            if (machine.Ending.Count > 0)
            {
                throw new GceRefusal(400, "resourceNotReady", $"The resource '{machine.Link}' is not ready", "RESOURCE_NOT_READY");
            }

            return (string?)asked["labelFingerprint"] == machine.LabelFingerprint
                ? Begin(root, zone, "setLabels", machine.Link, machine.Number)
                : throw new GceRefusal(412, "conditionNotMet", "Labels fingerprint either invalid or resource labels have changed");
        }) ?? throw NotFound(zone, "instances", name);
        park.Change(id, "labels", machine => machine.Labels = (JsonObject)labels.DeepClone());
        operation.End();
        return new Reply(200, operation.ToJson());
    }

    /// <summary>Shows one.</summary>
    public Reply Get(string zone, string name) =>
        park.With(GcePark.IdOf(zone, name), machine => new Reply(200, machine.ToJson())) ?? throw NotFound(zone, "instances", name);

    /// <summary>Shows a disk.</summary>
    public Reply GetDisk(string root, string zone, string name) =>
        park.Disks.TryGetValue($"{root}/zones/{zone}/disks/{name}", out var disk)
            ? new(200, disk.ToJson())
            : throw NotFound(zone, "disks", name);

    /// <summary>Deletes a disk that nobody uses.</summary>
    public Reply DeleteDisk(string root, string zone, string name)
    {
        var link = $"{root}/zones/{zone}/disks/{name}";
        if (!park.Disks.TryGetValue(link, out var disk))
        {
            throw NotFound(zone, "disks", name);
        }

        if (disk.User is { } user)
        {
            throw new GceRefusal(
                400, "resourceInUseByAnotherResource", $"The disk resource '{link}' is already being used by '{user}'");
        }

        park.Disks.TryRemove(link, out _);
        var operation = Begin(root, zone, "delete", link, disk.Number);
        operation.End();
        return new(200, operation.ToJson());
    }

    /// <summary>Shows an operation.</summary>
    public Reply Operation(string zone, string name) => new(200, Find(zone, name).ToJson());

    /// <summary>Shows it when it is over, or after two minutes.</summary>
    public async Task<Reply> WaitAsync(string zone, string name, CancellationToken cancellationToken)
    {
        var operation = Find(zone, name);
        await operation.Done.WaitAsync(WaitMax, timeProvider, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return new(200, operation.ToJson());
    }

    private GceOperation Find(string zone, string name) =>
        park.Operations.GetValueOrDefault(name) ?? throw NotFound(zone, "operations", name);

    private GceRefusal NotFound(string zone, string what, string name) =>
        GceRefusal.NotFound($"projects/{options.Project}/zones/{zone}/{what}/{name}");

    private GceOperation Begin(string root, string zone, string type, string target, ulong number) =>
        park.Begin(root, zone, type, target, number);

    private void FillIn(JsonObject asked, string root, string zone, string template)
    {
        if (template.Split('/')[^1] != Catalogue.InstanceTemplate)
        {
            throw GceRefusal.NotFound($"projects/{options.Project}/global/instanceTemplates/{template.Split('/')[^1]}");
        }

        asked["machineType"] ??= $"{root}/zones/{zone}/machineTypes/e2-medium";
        asked["disks"] ??= new JsonArray(new JsonObject
        {
            ["boot"] = true, ["autoDelete"] = true,
            ["initializeParams"] = new JsonObject
            {
                ["sourceImage"] = $"projects/{Catalogue.ImageProject}/global/images/{Catalogue.Image}",
            },
        });
        asked["networkInterfaces"] ??= new JsonArray(new JsonObject { ["network"] = $"{root}/global/networks/default" });
    }

    private static void CheckMachineType(string root, string zone, string? link)
    {
        var parts = (link ?? "").Split('/');
        var isThere = parts is [.., "zones", var of, "machineTypes", var type] && of == zone
            && (Catalogue.MachineTypes(root, zone).Any(one => (string?)one["name"] == type)
                || type.Contains("custom-", StringComparison.Ordinal));
        if (!isThere)
        {
            throw link is null
                ? new GceRefusal(400, "required", "Required field 'resource.machineType' not specified")
                : GceRefusal.Invalid("resource.machineType", link, "The referenced resource does not exist.");
        }
    }

    private static void CheckLabels(string field, JsonObject? labels)
    {
        if (labels?.Count > LabelsMax)
        {
            throw GceRefusal.Invalid(field, "", "The number of labels exceeds the maximum of 64.");
        }

        foreach (var (key, value) in labels ?? [])
        {
            if (!LabelKey().IsMatch(key) || !LabelValue().IsMatch((string)value!))
            {
                throw GceRefusal.Invalid(field, $"{key}={value}", "The label does not match its format constraints.");
            }
        }
    }

    private static void CheckMetadata(JsonArray? items)
    {
        var all = 0;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items ?? [])
        {
            var (key, value) = ((string?)item?["key"] ?? "", (string?)item?["value"] ?? "");
            var bytes = Encoding.UTF8.GetByteCount(value);
            all += bytes + key.Length;
            if (!MetadataKey().IsMatch(key) || !keys.Add(key))
            {
                throw GceRefusal.Invalid("resource.metadata.items", key, "Metadata keys must be unique and match [a-zA-Z0-9-_]+.");
            }

            if (bytes > ValueBytesMax)
            {
                throw GceRefusal.Invalid("resource.metadata.items[0].value", key, "The value is too long.");
            }
        }

        if (all > MetadataBytesMax)
        {
            throw GceRefusal.Invalid("resource.metadata", "", "The metadata are too large.");
        }
    }

    private static void CheckScheduling(JsonObject? scheduling)
    {
        if ((string?)scheduling?["provisioningModel"] is { } model && model is not ("SPOT" or "STANDARD"))
        {
            throw GceRefusal.Invalid("resource.scheduling.provisioningModel", model, "It is no such model.");
        }

        if ((string?)scheduling?["provisioningModel"] == "SPOT" && (bool?)scheduling?["automaticRestart"] is true)
        {
            throw GceRefusal.Invalid(
                "resource.scheduling.automaticRestart", "true", "Scheduling must have automaticRestart be false for SPOT.");
        }

        if ((string?)scheduling?["instanceTerminationAction"] is { } && (string?)scheduling?["provisioningModel"] != "SPOT")
        {
            throw GceRefusal.Invalid(
                "resource.scheduling.instanceTerminationAction", "DELETE",
                "You cannot specify a termination action for a VM instance that has the standard provisioning model.");
        }
    }

    private List<GceDiskRecord> DisksOf(JsonObject asked, string root, string zone, string name, string user, DateTimeOffset now)
    {
        var disks = new List<GceDiskRecord>();
        if (asked["disks"] is not JsonArray { Count: > 0 } attached || (bool?)attached[0]?["boot"] is not true)
        {
            throw GceRefusal.Invalid("resource.disks", "", "At least one boot disk is required.");
        }

        foreach (var disk in attached.OfType<JsonObject>())
        {
            var made = disk["initializeParams"] as JsonObject ?? throw GceRefusal.Invalid("resource.disks[0].source", "", "No such disk.");
            CheckLabels("resource.disks[0].initializeParams.labels", made["labels"] as JsonObject);
            var image = (string?)made["sourceImage"] is { } link ? ResolveImage(root, link) : null;
            var type = (string?)made["diskType"] ?? $"{root}/zones/{zone}/diskTypes/pd-standard";
            if (Catalogue.FindDiskType(root, zone, type.Split('/')[^1]) is null)
            {
                throw GceRefusal.Invalid("resource.disks[0].initializeParams.diskType", type, "The referenced disk type cannot be found.");
            }

            var diskName = disks.Count == 0 ? name : $"{name}-{disks.Count}";
            var record = new GceDiskRecord
            {
                Zone = zone,
                Name = diskName,
                Link = $"{root}/zones/{zone}/disks/{diskName}",
                Number = park.NextNumber(),
                Created = now,
                SourceImage = (string?)image?["selfLink"],
                SizeGb = made["diskSizeGb"]?.ToString() ?? (string?)image?["diskSizeGb"] ?? "500",
                Type = type.StartsWith("http", StringComparison.Ordinal) ? type : $"{root}/zones/{zone}/diskTypes/{type.Split('/')[^1]}",
                Labels = (JsonObject?)made["labels"]?.DeepClone() ?? [],
                AutoDelete = (bool?)disk["autoDelete"] ?? false,
                User = user,
            };
            disks.Add(record);
            disk.Remove("initializeParams");
            disk["kind"] = "compute#attachedDisk";
            disk["type"] = "PERSISTENT";
            disk["mode"] ??= "READ_WRITE";
            disk["deviceName"] ??= $"persistent-disk-{disks.Count - 1}";
            disk["source"] = record.Link;
            disk["diskSizeGb"] = record.SizeGb;
        }

        return disks;
    }

    private static JsonObject ResolveImage(string root, string link) => link.Split('/') switch
    {
        [.., "projects", var project, "global", "images", "family", var family] => ResolveFamily(root, project, family),
        // As gcloud names a family since there are views of it in zones.
        [.., "projects", var project, "zones", _, "imageFamilyViews", var family] => ResolveFamily(root, project, family),
        [.., "projects", var project, "global", "images", var image] =>
            Catalogue.FindImage(root, project, image, isFamily: false)
            ?? throw GceRefusal.NotFound($"projects/{project}/global/images/{image}"),
        _ => throw GceRefusal.Invalid("resource.disks[0].initializeParams.sourceImage", link, "The URL is malformed."),
    };

    private static JsonObject ResolveFamily(string root, string project, string family) =>
        Catalogue.FindImage(root, project, family, isFamily: true)
        ?? throw GceRefusal.NotFound($"projects/{project}/global/images/family/{family}");

    private JsonArray InterfacesOf(JsonObject asked, string root, string zone)
    {
        var all = new JsonArray();
        foreach (var one in (asked["networkInterfaces"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var index = all.Count;
            var read = (JsonObject)one.DeepClone();
            if ((string?)one["subnetwork"] is { } subnetwork && !Catalogue.HasSubnetwork(subnetwork.Split('/')[^1]))
            {
                throw GceRefusal.Invalid(
                    $"resource.networkInterfaces[{index}].subnetwork", subnetwork, "The referenced subnetwork resource cannot be found.");
            }

            if ((string?)one["network"] is { } network && !Catalogue.HasNetwork(network.Split('/')[^1]))
            {
                throw GceRefusal.Invalid(
                    $"resource.networkInterfaces[{index}].network", network, "The referenced network resource cannot be found.");
            }

            var number = (uint)park.NextNumber();
            read["kind"] = "compute#networkInterface";
            read["name"] = $"nic{index}";
            read["network"] = $"{root}/global/networks/{((string?)one["network"])?.Split('/')[^1] ?? "default"}";
            read["subnetwork"] =
                $"{root}/regions/{zone[..^2]}/subnetworks/{((string?)one["subnetwork"])?.Split('/')[^1] ?? "default"}";
            read["networkIP"] = string.Create(CultureInfo.InvariantCulture, $"10.128.{number / 250 % 250}.{(number % 250) + 2}");
            foreach (var config in (read["accessConfigs"] as JsonArray ?? []).OfType<JsonObject>())
            {
                config["kind"] = "compute#accessConfig";
                config["natIP"] = string.Create(CultureInfo.InvariantCulture, $"34.72.{number / 250 % 250}.{(number % 250) + 2}");
                config["networkTier"] ??= "PREMIUM";
            }

            all.Add((JsonNode)read);
        }

        return all.Count > 0
            ? all
            : throw GceRefusal.Invalid("resource.networkInterfaces", "", "At least one network interface is required.");
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,62}$")]
    private static partial Regex LabelKey();

    [GeneratedRegex("^[a-z0-9_-]{0,63}$")]
    private static partial Regex LabelValue();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,128}$")]
    private static partial Regex MetadataKey();
}
