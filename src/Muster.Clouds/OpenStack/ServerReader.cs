using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.OpenStack;

/// <summary>Turns servers into instances.</summary>
/// <remarks>openstack/nova:api-guide/source/server_concepts.rst; nova/api/openstack/common.py has every status.</remarks>
internal static class ServerReader
{
    /// <summary>The status of a server that is gone; lists show it for some seconds.</summary>
    private const string Gone = "DELETED";

    private const int FaultLengthMax = 300;

    // A server that is rebooted, rebuilt, rescued or moved to another size comes back by itself or by whoever does that: unknown holds its
    // place.
    private static readonly StateTable States = new(
        new("BUILD", InstanceState.Provisioning),
        new("ACTIVE", InstanceState.Running),
        new("PASSWORD", InstanceState.Running),
        // It works on while it moves to another host, and while somebody has yet to confirm its new size.
        new("MIGRATING", InstanceState.Running),
        new("VERIFY_RESIZE", InstanceState.Running),
        new("SHUTOFF", InstanceState.Stopped),
        new("PAUSED", InstanceState.Stopped),
        new("SUSPENDED", InstanceState.Stopped),
        new("SHELVED", InstanceState.Stopped),
        new("SHELVED_OFFLOADED", InstanceState.Stopped),
        new("ERROR", InstanceState.Failed, $"ERROR{StateRow.Told}"),
        new("SOFT_DELETED", InstanceState.Terminating));

    /// <summary>What is wanted of a server that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(Id: "id", Name: "name", Tags: "metadata", ReadTags: tags => ServerTags.Read(tags));

    /// <summary>
    /// Whether it is of a part of the cloud that does not answer: the list then has its id, and neither its name nor its metadata.
    /// </summary>
    /// <remarks>openstack/nova:api-guide/source/down_cells.rst.</remarks>
    public static bool IsHidden(JsonElement server) =>
        server.Text("status") is "UNKNOWN" && server.Find("metadata") is null && server.Find("name") is null;

    /// <summary>Whether it is gone for good.</summary>
    public static bool IsGone(JsonElement server) => server.Text("status") is Gone;

    /// <summary>The server as an instance, or what is odd about it.</summary>
    public static (Instance? Good, OddElement? Odd) Read(JsonElement server)
    {
        try
        {
            return Flaw(server) is { } flaw ? (null, new(server.Clone(), flaw)) : (ReadGood(server), null);
        }
        catch (InvalidOperationException)
        {
            // What the platform throws for a text that cannot be one in .NET.
            return (null, new(server.Clone(), "a text in it is none"));
        }
    }

    private static string? Flaw(JsonElement server) =>
        server.ValueKind is not JsonValueKind.Object ? $"it is {server.ValueKind}"
        : server.Text("id") is not { Length: > 0 } ? "id is missing"
        : server.Text("status") is null ? "status is missing"
        : server.Find("metadata") is not { ValueKind: JsonValueKind.Object } ? "metadata are missing"
        : server.Fields("metadata").Any(item => item.Value.ValueKind is not JsonValueKind.String) ? "an item of metadata is no text"
        : null;

    private static Instance ReadGood(JsonElement server)
    {
        var (state, detail) = StateOf(server);
        var zone = server.Text("OS-EXT-AZ:availability_zone");
        return new()
        {
            Id = new(server.Text("id")!),
            Name = server.Text("name") ?? "",
            State = state,
            StateDetail = detail,
            // Nothing but a call suspends, pauses or shelves a server. SHUTOFF is one whose own system shut down, too.
            StoppedOnOrder = state is InstanceState.Stopped && server.Text("status") is not "SHUTOFF" ? true : null,
            IsProtected = server.IsTrue("locked"),
            CreatedAt = server.Time("created") ?? DateTimeOffset.UnixEpoch,
            Tags = ServerTags.Read(server.Fields("metadata").Select(item => KeyValuePair.Create(item.Name, item.Value.GetString()!))),
            // Empty until a host is found for it.
            Zone = string.IsNullOrEmpty(zone) ? null : zone,
            Addresses = Addresses(server),
            Attributes = Attributes(server),
        };
    }

    private static (InstanceState State, string? Detail) StateOf(JsonElement server)
    {
        if (server.Text("OS-EXT-STS:task_state") is "deleting" or "soft-deleting")
        {
            return (InstanceState.Terminating, "deleting");
        }

        var fault = server.Find("fault")?.Text("message");
        return States.Of(
            server.Text("status"), told: fault is null ? "" : $": {Outbound.ForeignText.Shown(fault, FaultLengthMax)}");
    }

    private static ImmutableArray<string> Addresses(JsonElement server)
    {
        var all = server.Fields("addresses").SelectMany(network => network.Value.ValueKind is JsonValueKind.Array
            ? network.Value.EnumerateArray().Select(address => (
                Address: address.Text("addr"), Version: address.Number("version"), Type: address.Text("OS-EXT-IPS:type")))
            : []).ToArray();
        return
        [
            .. all.Where(one => one.Type is "floating").Select(one => one.Address)
                .Append(server.Text("accessIPv4"))
                .Concat(all.Where(one => one.Type is not "floating").OrderBy(one => one.Version).Select(one => one.Address))
                .Append(server.Text("accessIPv6"))
                .Where(address => !string.IsNullOrEmpty(address))
                .Select(address => address!)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static ImmutableSortedDictionary<string, string> Attributes(JsonElement server)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                attributes[name] = value;
            }
        }

        Add("flavor", server.Find("flavor")?.Text("original_name"));
        Add("image", server.Find("image")?.Text("id"));
        Add("key_name", server.Text("key_name"));
        Add("locked", server.IsTrue("locked") ? "true" : null);
        Add("volumes", string.Join(", ", server.List("os-extended-volumes:volumes_attached").Select(volume => volume.Text("id"))));
        return attributes.ToImmutable();
    }

    /// <summary>Whether an instance carries the filter's tags.</summary>
    public static bool Carries(Instance instance, InstanceFilter filter) =>
        filter.Tags.All(wanted => instance.Tags.GetValueOrDefault(wanted.Key) == wanted.Value);

    /// <summary>A whole number as it is told.</summary>
    public static string Told(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "?";
}
