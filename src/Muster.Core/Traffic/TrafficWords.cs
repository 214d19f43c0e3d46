using System.Globalization;

namespace Muster.Core.Traffic;

/// <summary>What people read of the sources that a group uses.</summary>
public static class TrafficWords
{
    /// <summary>One in a few words: <c>edge (backend web, port 8080)</c>.</summary>
    public static string Of(TrafficUse use)
    {
        ArgumentNullException.ThrowIfNull(use);
        string?[] parts =
        [
            use.Backend is { } backend ? $"backend {backend}" : null,
            use.Service is { } service ? $"service {service}" : null,
            use.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"port {port}") : null,
            use.Attribute is { } attribute ? $"port in attribute {attribute}" : null,
            use.Path is { } path ? $"path {path}" : null,
            use.Network is { } network ? $"network {network}" : null,
            use.Health ? "says health" : null,
        ];
        var said = string.Join(", ", parts.OfType<string>());
        return said.Length == 0 ? use.Source : $"{use.Source} ({said})";
    }

    /// <summary>All of a group: <c>edge (backend web, port 8080), registry (service web)</c>; <c>none</c>.</summary>
    public static string Of(TrafficUses uses)
    {
        ArgumentNullException.ThrowIfNull(uses);
        return uses.IsEmpty ? "none" : string.Join(", ", uses.All.Select(Of));
    }

    /// <summary>What is another after a change.</summary>
    internal static IEnumerable<string> Differences(TrafficUses before, TrafficUses after)
    {
        if (before != after)
        {
            yield return $"traffic {Of(before)} → {Of(after)}";
        }
    }
}
