using System.Globalization;

namespace Muster.Traffic.Haproxy;

/// <summary>Where a runtime API is.</summary>
/// <param name="Path">The file of its socket; null where it is reached over TCP.</param>
/// <param name="Host">The host; null of a file.</param>
/// <param name="Port">The port; of no meaning for a file.</param>
internal sealed record HaproxyAddress(string? Path, string? Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => Path ?? string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
