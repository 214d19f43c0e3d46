using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Instances;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>Reads virtual machines as a property collector tells them.</summary>
internal static class VmReader
{
    public const string Name = "name", Template = "config.template", Uuid = "config.instanceUuid", Extra = "config.extraConfig";
    public const string Power = "runtime.powerState", Connection = "runtime.connectionState", Host = "runtime.host";
    public const string Address = "guest.ipAddress";

    /// <summary>What is wanted of a machine that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(Id: "uuid", Name: "name", Tags: "tags", ReadTags: tags => tags);

    /// <summary>The properties that say all of an instance.</summary>
    /// <param name="isKeyed">Whether single entries of <c>extraConfig</c> can be asked for.</param>
    public static ImmutableArray<string> Paths(bool isKeyed) =>
    [
        Name, Template, Uuid, Power, Connection, Host, Address,
        .. isKeyed ? [VmMarks.PathOf(VmMarks.Tags), VmMarks.PathOf(VmMarks.Made)] : ImmutableArray.Create(Extra),
    ];

    /// <summary>The value of an entry; null where it has none.</summary>
    public static string? Entry(ManagedObject machine, string entry) =>
        machine.Text(VmMarks.PathOf(entry))
        ?? (machine.Properties.TryGetValue(Extra, out var all)
            ? all.Children.FirstOrDefault(one => one.TextOf("key") == entry)?.TextOf("value")
            : null);

    /// <summary>Whether vCenter tells nothing of how it is made, as of one that is just coming to be.</summary>
    public static bool IsBlank(ManagedObject machine) => machine.Text(Uuid) is null;

    /// <summary>Reads one.</summary>
    /// <returns>It, or what is odd about it; neither where it is none of Muster's.</returns>
    public static (Vm? Good, OddElement? Odd) Read(ManagedObject machine)
    {
        if (machine.Text(Uuid) is not { } uuid || Entry(machine, VmMarks.Tags) is not { } marks || machine.Text(Template) is "true")
        {
            return default;
        }

        var (tags, isWhole) = VmMarks.Read(marks);
        if (!isWhole)
        {
            return (null, Odd(machine, tags, $"{VmMarks.Tags} is not what Muster wrote"));
        }

        // Whoever clones a machine of ours by hand gets its marks too, and another UUID.
        if (!Guid.TryParse(uuid, out var id) || !Guid.TryParse(tags.GetValueOrDefault(MusterTags.Launch), out var launch) || id != launch)
        {
            return default;
        }

        return machine.Text(Name) is not { } name || machine.Text(Power) is not { } power || machine.Text(Connection) is not { } connection
            ? (null, Odd(machine, tags, "its name or state is missing"))
            : (new()
            {
                Ref = machine.Ref,
                Uuid = id.ToString(),
                Name = name,
                Tags = tags,
                Made = VmMarks.ReadMade(Entry(machine, VmMarks.Made)),
                Power = power,
                Connection = connection,
                Host = machine.RefOf(Host),
                Address = machine.Text(Address),
            }, null);
    }

    private static OddElement Odd(ManagedObject machine, ImmutableSortedDictionary<string, string> known, string why)
    {
        var tags = new JsonObject();
        foreach (var (key, value) in known)
        {
            tags[key] = value;
        }

        var element = new JsonObject { ["uuid"] = machine.Text(Uuid), ["name"] = machine.Text(Name), ["tags"] = tags };
        using var document = JsonDocument.Parse(element.ToJsonString());
        return new(document.RootElement.Clone(), why);
    }
}
