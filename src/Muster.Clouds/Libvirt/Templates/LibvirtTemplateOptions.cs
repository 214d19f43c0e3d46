using System.Collections.Immutable;

using Muster.Clouds.Kit.Templates;
using Muster.Core.Options;

namespace Muster.Clouds.Libvirt.Templates;

/// <summary>The options of templates.</summary>
internal static class LibvirtTemplateOptions
{
    private const long DiskBytesMin = 1024 * 1024;

    /// <summary>Where the instance's volumes are made.</summary>
    public static ConfigOption<string?> Pool { get; } = Option.Text(
        "pool", "the storage pool of the instance's own volumes", "the cloud's `pool`", "the name of a storage pool");

    /// <summary>How the disk is made.</summary>
    public static ConfigOption<CloneKind> Clone { get; } = Option.Choice(
        "clone",
        "`linked`: the disk is a file with what differs from the base volume, which must stay; in pools of directories alone. "
        + "`full`: a copy, in every pool",
        ("linked", CloneKind.Linked), ("full", CloneKind.Full));

    /// <summary>How large the disk is.</summary>
    public static ConfigOption<long?> Disk { get; } = Option.Of<long?>(
        "disk", "how large the disk is, as `20g`; no smaller than the base volume", "as large as the base volume",
        "a size from 1m to 64t, such as 20g",
        (string text, out long? bytes) =>
        {
            bytes = SizeLimits.TryParse(text, out var limits, out _) && limits is { Cpus: null, MemoryBytes: >= DiskBytesMin }
                ? limits.MemoryBytes
                : null;
            return bytes is not null;
        },
        null);

    /// <summary>The machine type.</summary>
    public static ConfigOption<string?> Machine { get; } = Option.Of<string?>(
        "machine", "the machine type, as `q35`", "the hypervisor's default", "a machine type of letters, digits, . _ and -, such as q35",
        (string text, out string? machine) =>
        {
            machine = text;
            return text.Length is > 0 and <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        },
        null);

    /// <summary>By what it boots.</summary>
    public static ConfigOption<bool> Firmware { get; } = Option.Choice("firmware", "`bios`, or `efi`", ("bios", false), ("efi", true));

    /// <summary>What its processors are.</summary>
    public static ConfigOption<string?> Cpu { get; } = Option.Choice<string?>(
        "cpu",
        "the processor that it sees: `default` (the hypervisor's), `host-model`, `host-passthrough` or `maximum`",
        ("default", null), ("host-model", "host-model"), ("host-passthrough", "host-passthrough"), ("maximum", "maximum"));

    /// <summary>What the operator allows beyond all that.</summary>
    public static ConfigOption<string?> Xml { get; } = Option.Text(
        "xml", "names of pieces of XML that the cloud's `xml.NAME` has, with blanks between", "none", "names with blanks between");

    /// <summary>All of them.</summary>
    public static ImmutableArray<ConfigOption> All { get; } = [Pool, Clone, Disk, Machine, Firmware, Cpu, Xml];
}
