using System.Globalization;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>A request with a token that is known, or one for a token.</summary>
/// <param name="Path">The service and what is below its version: <c>compute/servers/ID</c>.</param>
/// <param name="User">Whose token it is; null of one for a token.</param>
/// <param name="Version">The version of the compute service's calls.</param>
internal sealed record CallerOfOpenStack(string Path, SimulatedUser? User, Version Version) : Admitted(Path)
{
    /// <summary>Whether the calls are of that version or a later one.</summary>
    public bool Has(int minor) => Version >= new Version(2, minor);

    /// <summary>Reads a version, such as <c>2.69</c>; null where it is none.</summary>
    public static Version? VersionOf(string text) =>
        text is "latest" ? null : System.Version.TryParse(text, out var version)
            && version.ToString(2).Equals(text, StringComparison.Ordinal) ? version : null;

    /// <summary>The version as it is written.</summary>
    public string Written => string.Create(CultureInfo.InvariantCulture, $"{Version.Major}.{Version.Minor}");
}
