using System.Globalization;

using Muster.Core.Instances;

namespace Muster.Triton.Wire;

/// <summary>An instance in the shape in which triton-go's compute client writes its own: what the original showed of a machine.</summary>
/// <remarks>
/// Everything comes from the instance and its attributes; what they do not say is empty, as Go writes what it does not know.
/// </remarks>
internal static class TsgMachine
{
    private const string MetadataPrefix = "metadata.";
    private const string DisableTag = "triton.cns.disable";
    private const string ReversePtrTag = "triton.cns.reverse_ptr";
    private const string ServicesTag = "triton.cns.services";

    public static void Write(GoJson json, Instance machine)
    {
        string Fact(string name) => machine.Attributes.GetValueOrDefault(name, "");

        json.Begin('{')
            .Text("id", machine.Id.Value)
            .Text("name", machine.Name)
            .Text("type", Fact("type"))
            .Text("brand", Fact("brand"))
            .Text("state", machine.StateDetail ?? "")
            .Text("image", Fact("image"))
            .Number("memory", Whole(Fact("memory")))
            .Number("disk", Whole(Fact("disk")))
            .Map("metadata", Metadata(machine))
            .Map("tags", [.. machine.Tags.Where(tag => tag.Key is not (DisableTag or ReversePtrTag or ServicesTag))])
            .Time("created", machine.CreatedAt)
            .Time("updated", Time(Fact("updated"), machine.CreatedAt))
            .Flag("docker", Fact("docker") == "true")
            .Texts("ips", List(Fact("ips")))
            .Texts("networks", List(Fact("networks")))
            .Text("primaryIp", Fact("primaryIp"))
            .Flag("firewall_enabled", Fact("firewall_enabled") == "true")
            .Text("compute_node", Fact("compute_node"))
            .Text("package", Fact("package"))
            .Texts("dns_names", List(Fact("dns_names")))
            .Flag("deletion_protection", machine.IsProtected);
        WriteCns(json, machine);
        json.End('}');
    }

    private static void WriteCns(GoJson json, Instance machine) => json.Name("CNS").Begin('{')
        .Flag("Disable", machine.Tags.GetValueOrDefault(DisableTag) == "true")
        .Text("ReversePTR", machine.Tags.GetValueOrDefault(ReversePtrTag, ""))
        .Texts("Services", List(machine.Tags.GetValueOrDefault(ServicesTag, "")))
        .End('}');

    private static KeyValuePair<string, string>[] Metadata(Instance machine) =>
    [
        .. machine.Attributes
            .Where(attribute => attribute.Key.StartsWith(MetadataPrefix, StringComparison.Ordinal))
            .Select(attribute => KeyValuePair.Create(attribute.Key[MetadataPrefix.Length..], attribute.Value)),
    ];

    private static string[]? List(string joined) => joined.Length == 0 ? null : joined.Split(',');

    private static long Whole(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static DateTimeOffset Time(string text, DateTimeOffset otherwise) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : otherwise;
}
