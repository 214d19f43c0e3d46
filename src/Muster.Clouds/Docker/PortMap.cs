using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Docker.Wire;

namespace Muster.Clouds.Docker;

/// <summary>Reads which ports of a container are published, as <c>docker run --publish</c> takes them.</summary>
internal static partial class PortMap
{
    /// <summary>What is allowed, for error messages.</summary>
    public const string Allowed = "[[ip:]host:]container[/tcp|udp|sctp] with blanks between, such as '8080:80 127.0.0.1::9000/udp'";

    /// <summary>Reads it. Without a host port, the daemon takes a free one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IReadOnlyDictionary<string, IReadOnlyList<PortBinding>>? read)
    {
        read = null;
        var ports = new SortedDictionary<string, IReadOnlyList<PortBinding>>(StringComparer.Ordinal);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Entry().Match(word);
            if (!match.Success
                || !IsPort(match.Groups["container"].Value)
                || (match.Groups["host"].Length > 0 && !IsPort(match.Groups["host"].Value)))
            {
                return false;
            }

            var protocol = match.Groups["protocol"].Success ? match.Groups["protocol"].Value : "tcp";
            var key = $"{match.Groups["container"].Value}/{protocol}";
            var binding = new PortBinding(match.Groups["ip"].Value.Trim('[', ']'), match.Groups["host"].Value);
            ports[key] = [.. ports.GetValueOrDefault(key, []), binding];
        }

        read = ports;
        return ports.Count > 0;
    }

    private static bool IsPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535;

    [GeneratedRegex(@"^(((?<ip>[0-9.]+|\[[0-9a-fA-F:]+\]):)?(?<host>[0-9]*):)?(?<container>[0-9]+)(/(?<protocol>tcp|udp|sctp))?$")]
    private static partial Regex Entry();
}
