using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Libvirt.Domains;
using Muster.Core.Templates;

namespace Muster.Clouds.Libvirt.Templates;

/// <summary>Turns a template into what is launched, or says everything that is wrong with it. No host is asked.</summary>
internal static partial class LibvirtTemplates
{
    /// <summary>Metadata that Muster writes itself.</summary>
    public const string InstanceId = "instance-id", LocalHostname = "local-hostname";

    /// <summary>What an entry of <c>allow</c> may be, for error messages.</summary>
    public const string KnownEntries = "network=bridge:NAME, a * at the end for any; with blanks between";

    private const string NoNetwork = "none";
    private const string NetworkPrefix = "network=bridge:";
    private const long MemoryBytesUnlessSet = 1024L * 1024 * 1024;
    private const long MemoryBytesMin = 8 * 1024 * 1024;

    /// <summary>As a template's own limit.</summary>
    private static readonly UserDataForm UserData = new(64 * 1024);

    /// <summary>Whether an entry of <c>allow</c> names something here.</summary>
    public static bool IsEntry(string entry) =>
        entry.StartsWith(NetworkPrefix, StringComparison.Ordinal) && entry.Length > NetworkPrefix.Length;

    /// <summary>Reads it.</summary>
    public static TemplateReading<LibvirtSpec> Read(Template template, LibvirtDefaults defaults)
    {
        var reader = new TemplateReader(template, LibvirtTemplateOptions.All);
        var pool = reader.Read(LibvirtTemplateOptions.Pool) ?? defaults.Pool;
        var image = Image(reader, defaults);
        var limits = reader.ReadLimits();
        Sizes(reader, limits);
        reader.RefuseFirewall("libvirt has none for a domain by itself; write a filter into the cloud's xml.NAME, or leave it off");
        UserData.Check(reader);
        Metadata(reader);
        Tags(reader);
        var networks = Networks(reader, defaults);
        var extras = Extras(reader, defaults);
        var (clone, disk, machine) = (
            reader.Read(LibvirtTemplateOptions.Clone), reader.Read(LibvirtTemplateOptions.Disk),
            reader.Read(LibvirtTemplateOptions.Machine));
        var (isEfi, cpu) = (reader.Read(LibvirtTemplateOptions.Firmware), reader.Read(LibvirtTemplateOptions.Cpu));
        return reader.End(() => new LibvirtSpec(
            image!, pool, clone, disk, limits?.MemoryBytes ?? MemoryBytesUnlessSet, (int)(limits?.Cpus ?? 1), networks, machine, isEfi, cpu,
            defaults.DomainType, extras, template.UserData, template.Metadata));
    }

    private static VolumeName? Image(TemplateReader reader, LibvirtDefaults defaults)
    {
        var parts = reader.Template.Image.Split('/');
        if (parts.Length <= 2 && parts.All(part => part.Length is > 0 and <= 255 && part is not ("." or "..")))
        {
            return parts.Length == 2 ? new(parts[0], parts[1]) : new(defaults.Pool, parts[0]);
        }

        reader.RefuseField("image", reader.Template.Image, "the name of a volume, or POOL/VOLUME");
        return null;
    }

    private static void Sizes(TemplateReader reader, SizeLimits? limits)
    {
        if (limits?.Cpus is { } cpus && (cpus < 1 || cpus != decimal.Truncate(cpus)))
        {
            reader.RefuseField("size", reader.Template.Size, "processors are whole ones here, such as cpu=2");
        }

        if (limits?.MemoryBytes is < MemoryBytesMin)
        {
            reader.RefuseField("size", reader.Template.Size, "memory is 8m or more");
        }
    }

    private static void Metadata(TemplateReader reader)
    {
        foreach (var key in reader.Template.Metadata.Keys.Where(key => key is InstanceId or LocalHostname))
        {
            reader.RefuseField($"metadata.{key}", reader.Template.Metadata[key], "Muster writes it itself; leave it out");
        }
    }

    private static void Tags(TemplateReader reader)
    {
        foreach (var (name, value) in reader.Template.Tags)
        {
            if ((InstanceMark.Unspeakable(name) ?? InstanceMark.Unspeakable(value)) is { } character)
            {
                reader.RefuseField($"tags.{name}", value, $"no {character}, which the metadata of a domain cannot hold");
            }
        }
    }

    private static ImmutableArray<NetworkChoice> Networks(TemplateReader reader, LibvirtDefaults defaults)
    {
        var given = reader.Template.Networks;
        if (given is [NoNetwork] || (given.IsEmpty && defaults.Network == NoNetwork))
        {
            return [];
        }

        foreach (var name in given)
        {
            var network = NetworkChoice.Read(name);
            if (!Name().IsMatch(network.Name) || name == NoNetwork)
            {
                reader.RefuseField("network", name, "the name of a network of libvirt's, bridge:NAME, or none alone");
            }
            else if (network.IsBridge && !defaults.Allowance.Allows("network", name))
            {
                reader.RefuseField("network", name, defaults.Allowance.Refusal("a bridge is the host's own network", $"network={name}"));
            }
        }

        // What the operator has written needs no word of the operator's.
        return given.IsEmpty ? [NetworkChoice.Read(defaults.Network)] : [.. given.Select(NetworkChoice.Read)];
    }

    private static ImmutableArray<ExtraXml> Extras(TemplateReader reader, LibvirtDefaults defaults)
    {
        var names = (reader.Read(LibvirtTemplateOptions.Xml) ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names.Where(name => defaults.Extras.All(extra => extra.Name != name)))
        {
            reader.Refuse(
                LibvirtTemplateOptions.Xml.Name, name,
                defaults.Extras.IsEmpty
                    ? "the cloud's configuration has no xml.NAME; its operator writes them"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"the cloud's configuration has {string.Join(", ", defaults.Extras.Select(extra => $"xml.{extra.Name}"))}"));
        }

        return [.. names.Distinct(StringComparer.Ordinal).SelectMany(name => defaults.Extras.Where(extra => extra.Name == name))];
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex Name();
}
