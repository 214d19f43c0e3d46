using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Requests;
using Muster.Simulators.Triton.Settings;

namespace Muster.Simulators.Triton.Machines;

/// <summary>What CloudAPI does below <c>/machines</c>.</summary>
internal sealed partial class MachineEndpoints(TritonSimulatorOptions options, MachinePark park, TimeProvider timeProvider)
{
    public async Task<Reply> AnswerAsync(
        SimulatedAccount account,
        string method,
        string[] path,
        JsonObject input,
        CancellationToken cancellationToken) => (method, path) switch
        {
            ("GET" or "HEAD", []) => List(account, input),
            ("POST", []) => await CreateAsync(account, input, cancellationToken),
            ("GET" or "HEAD", [var id]) => Find(account, id, machine => new Reply(machine.IsGone ? 410 : 200, machine.ToJson())),
            ("DELETE", [var id]) => Find(account, id, Delete),
            ("POST", [var id]) => Find(account, id, machine => Act(machine, input)),
            (_, [var id, "tags", .. var rest]) => Find(account, id, machine => Tags(machine, method, rest, input)),
            (_, [var id, "metadata", .. var rest]) => Find(account, id, machine => Metadata(machine, method, rest, input)),
            ("GET", [_, "audit" or "snapshots" or "nics" or "disks"]) => new Reply(200, new JsonArray()),
            (_, []) => throw new CloudApiRefusal(405, "MethodNotAllowedError", $"{method} is not allowed"),
            _ => throw NotFound(),
        };

    private Reply List(SimulatedAccount account, JsonObject input)
    {
        var limit = Number(input, "limit", 1000, min: 1);
        var offset = Number(input, "offset", 0, min: 0);
        var state = Text(input, "state");
        if (state is not (null or "running" or "stopped" or "active" or "destroyed" or "provisioning" or "stopping"))
        {
            throw new CloudApiRefusal(409, "InvalidArgument", $"{state} is not a valid state");
        }

        var rows = park.List(
            account.Id, Text(input, "tombstone") is "true" or "1" || state is "destroyed", row => Matches(row, input, state));
        var page = rows.Skip(offset).Take(Math.Min(limit, options.PageMax)).ToArray();
        return new Reply(200, new JsonArray([.. page]))
        {
            Headers = { ["x-query-limit"] = $"{limit}", ["x-resource-count"] = $"{page.Length}" },
        };
    }

    private static bool Matches(JsonObject row, JsonObject input, string? state)
    {
        var actual = (string?)row["state"];
        var fits = state switch
        {
            null or "active" or "provisioning" or "stopping" => true,
            "destroyed" => actual is "deleted",
            _ => actual == state,
        };
        return fits
            && (Text(input, "name") is not { } name || ((string)row["name"]!).StartsWith(name, StringComparison.Ordinal))
            && (Text(input, "image") is not { } image || (string?)row["image"] == image)
            && (Text(input, "package") is not { } package || (string?)row["package"] == package)
            && input.Where(entry => entry.Key.StartsWith("tag.", StringComparison.Ordinal)).All(entry =>
                ((JsonObject)row["tags"]!).TryGetPropertyValue(entry.Key[4..], out var tag)
                && Wild(entry.Value!.ToString(), tag!.ToString()));
    }

    /// <summary>A filter's value may hold a star, whether it was meant so or not.</summary>
    private static bool Wild(string pattern, string value) =>
        Regex.IsMatch(value, $"^{string.Join(".*", pattern.Split('*').Select(Regex.Escape))}$", RegexOptions.Singleline);

    private async Task<Reply> CreateAsync(SimulatedAccount account, JsonObject input, CancellationToken cancellationToken)
    {
        var image = Text(input, "image")
            ?? Text(input, "dataset")
            ?? throw new CloudApiRefusal(409, "MissingParameter", "image must be specified");
        var package = Text(input, "package") ?? throw new CloudApiRefusal(409, "MissingParameter", "package must be specified");
        Catalogue.CheckImage(image);
        var sized = Catalogue.FindPackage(package)
            ?? throw new CloudApiRefusal(409, "InvalidArgument", $"{package} is not a valid package");
        var networks = Catalogue.Networks(input["networks"] as JsonArray);
        if (account.Keys.IsEmpty)
        {
            throw new CloudApiRefusal(409, "KeyRequired", "You must have at least one SSH key to create a machine");
        }

        var id = park.NewGuid();
        var name = (Text(input, "name") ?? id.ToString()[..8]).Replace("{{shortId}}", id.ToString()[..8], StringComparison.Ordinal);
        if (!Name().IsMatch(name))
        {
            throw new CloudApiRefusal(409, "ValidationFailed", $"Invalid machine name \"{name}\"", "alias", "Invalid");
        }

        if (park.IsTaken(account.Id, name))
        {
            throw new CloudApiRefusal(409, "ValidationFailed", $"Invalid machine name \"{name}\"", "alias", "Duplicate");
        }

        if (park.Count(account.Id) >= options.MachinesMax)
        {
            throw new CloudApiRefusal(403, "NotAuthorized", "Quota exceeded; to have your limits raised please contact Support");
        }

        if (options.IsFull)
        {
            throw new CloudApiRefusal(409, "ValidationFailed", "Insufficient capacity in datacenter to provision machine");
        }

        if (options.NameRace > TimeSpan.Zero)
        {
            // Checked and taken in two steps, as the real one does.
            await Task.Delay(options.NameRace, timeProvider, cancellationToken);
        }

        var now = timeProvider.GetUtcNow();
        var machine = new SimulatedMachine
        {
            Id = id,
            Account = account.Id,
            Name = name,
            Image = image,
            Package = sized,
            State = "provisioning",
            Created = now,
            Updated = now,
            Networks = networks,
            Affinity = [.. (input["affinity"] as JsonArray ?? []).Select(rule => rule!.ToString())],
            HasFirewall = Flag(input, "firewall_enabled"),
            IsProtected = Flag(input, "deletion_protection"),
            Tags = CheckedTags(Below(input, "tag")),
            Metadata = Below(input, "metadata"),
        };
        return new Reply(201, park.Provision(machine)) { Headers = { ["Location"] = $"/{account.Login}/machines/{id}" } };
    }

    private Reply Delete(SimulatedMachine machine)
    {
        if (machine.IsGone)
        {
            return new Reply(410, machine.ToJson());
        }

        if (machine.IsProtected)
        {
            throw new CloudApiRefusal(
                409, "CannotDestroyMachineError", $"Deletion of machine {machine.Id} is not allowed: deletion_protection is set");
        }

        park.Stop(machine, machine.State is "provisioning" or "failed" ? "failed" : "deleted");
        return new Reply(204);
    }

    private Reply Act(SimulatedMachine machine, JsonObject input)
    {
        if (machine.IsGone)
        {
            return new Reply(410, machine.ToJson());
        }

        switch (Text(input, "action"))
        {
            case "stop" when machine.State is not "running":
                throw new CloudApiRefusal(409, "InvalidState", $"machine is not running: it is {machine.State}");
            case "start" when machine.State is not "stopped":
                throw new CloudApiRefusal(409, "InvalidState", $"machine is not stopped: it is {machine.State}");
            case "stop":
                park.Stop(machine, "stopped");
                break;
            case "start" or "reboot":
                park.SetState(machine.Id, "running");
                break;
            case "rename":
                park.Change(machine.Id, "alias", one => one.Name = Text(input, "name") ?? one.Name);
                break;
            case "resize":
                park.Change(machine.Id, "state", one => one.Package = Text(input, "package") ?? one.Package);
                break;
            case "enable_firewall" or "disable_firewall":
                park.Change(machine.Id, "state", one => one.HasFirewall = Text(input, "action") is "enable_firewall");
                break;
            case "enable_deletion_protection" or "disable_deletion_protection":
                park.SetProtection(machine.Id, Text(input, "action") is "enable_deletion_protection");
                break;
            case null:
                throw new CloudApiRefusal(409, "MissingParameter", "action is required");
            case var action:
                throw new CloudApiRefusal(409, "InvalidArgument", $"{action} is not a valid action");
        }

        return new Reply(202);
    }

    private Reply Tags(SimulatedMachine machine, string method, string[] path, JsonObject input) =>
        Entries(machine, "tags", machine.Tags, set => machine.Tags = CheckedTags(set), method, path, input);

    private Reply Metadata(SimulatedMachine machine, string method, string[] path, JsonObject input) =>
        Entries(machine, "customer_metadata", machine.Metadata, set => machine.Metadata = set, method, path, input);

    private Reply Entries(
        SimulatedMachine machine, string what, JsonObject now, Action<JsonObject> set, string method, string[] path, JsonObject input)
    {
        Reply Put(JsonObject next, int status)
        {
            park.Change(machine.Id, what, _ => set(next));
            return status == 204 ? new Reply(204) : new Reply(200, next.DeepClone());
        }

        var key = path.Length > 0 ? Uri.UnescapeDataString(path[0]) : null;
        var next = (JsonObject)now.DeepClone();
        if (key is not null && !now.ContainsKey(key))
        {
            throw new CloudApiRefusal(404, "ResourceNotFound", $"tag \"{key}\" not found");
        }

        switch (method, key)
        {
            case ("GET", null):
                return new Reply(200, next);
            case ("GET", _):
                return new Reply(200, now[key]!.DeepClone());
            case ("DELETE", null):
                return Put([], 204);
            case ("DELETE", _):
                next.Remove(key);
                return Put(next, 204);
            case ("PUT", null):
                return Put((JsonObject)input.DeepClone(), 200);
            default:
                foreach (var (name, value) in input)
                {
                    next[name] = value?.DeepClone();
                }

                return Put(next, 200);
        }
    }

    private static JsonObject CheckedTags(JsonObject tags) =>
        tags.FirstOrDefault(tag => tag.Key is "account" or "machine" or "uuid" or "owner_uuid" or "context" or "image").Key is { } wrong
            ? throw new CloudApiRefusal(409, "ValidationFailed", $"Invalid tag: \"{wrong}\"", "tags", "Invalid")
            : tags;

    private Reply Find(SimulatedAccount account, string id, Func<SimulatedMachine, Reply> use) =>
        Guid.TryParse(id, out var guid) && park.With(account.Id, guid, use) is { } reply ? reply : throw NotFound();

    private static CloudApiRefusal NotFound() => new(404, "ResourceNotFound", "VM not found");

    /// <summary>What stands below <c>prefix.</c>, or in an object of that name.</summary>
    private static JsonObject Below(JsonObject input, string prefix)
    {
        var below = new JsonObject();
        foreach (var (key, value) in input.Where(entry => entry.Key.StartsWith($"{prefix}.", StringComparison.Ordinal)))
        {
            below[key[(prefix.Length + 1)..]] = value?.DeepClone();
        }

        return below;
    }

    private static bool Flag(JsonObject input, string name) => Text(input, name) is "true";

    private static string? Text(JsonObject input, string name) =>
        input[name] is { } value ? (value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()) : null;

    private static int Number(JsonObject input, string name, int unlessSet, int min) => Text(input, name) switch
    {
        null => unlessSet,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && (name != "limit" || number <= 1000) => number,
        _ => throw new CloudApiRefusal(409, "ValidationFailed", $"Invalid Parameters: {name}", name, "Invalid"),
    };

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,188}$")]
    private static partial Regex Name();
}
