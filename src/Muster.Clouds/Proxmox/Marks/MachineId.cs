using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Core;

namespace Muster.Clouds.Proxmox.Marks;

/// <summary>
/// An instance's id: its vmid, and a part of its launch id, since a vmid is given out again: <c>123456789-0a1b2c3d</c>. What is to end one
/// machine can so never end the next one of its number.
/// </summary>
/// <param name="Vmid">The number by which Proxmox knows it.</param>
/// <param name="LaunchPart">The end of its launch id; null of a machine that has none.</param>
internal readonly partial record struct MachineId(int Vmid, string? LaunchPart)
{
    private const int PartLength = 8;

    /// <summary>The id of a machine with that launch id in its tags.</summary>
    public static MachineId Of(int vmid, string? launch) => new(vmid, PartOf(launch));

    /// <summary>Reads one; null where no machine can have it.</summary>
    public static MachineId? Read(InstanceId id)
    {
        var match = Form().Match(id.Value);
        return match.Success && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var vmid && vmid >= VmidRange.Min
            ? new(vmid, match.Groups[2].Success ? match.Groups[2].Value : null)
            : null;
    }

    /// <summary>Whether a machine of the number with that launch id is the one.</summary>
    public bool IsOf(string? launch) => LaunchPart is null || LaunchPart == PartOf(launch);

    /// <summary>As an id of the port.</summary>
    public InstanceId ToInstanceId() => new(ToString());

    /// <inheritdoc/>
    public override string ToString() => LaunchPart is null
        ? Vmid.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Vmid}-{LaunchPart}");

    private static string? PartOf(string? launch)
    {
        // The end: the beginning is the time, which launches of one minute share.
        var digits = launch?.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits is { Length: >= PartLength } && digits.All(char.IsAsciiHexDigit) ? digits[^PartLength..] : null;
    }

    [GeneratedRegex(@"^([1-9][0-9]{2,8})(?:-([0-9a-f]{8}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
