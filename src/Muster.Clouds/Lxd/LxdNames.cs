using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Launching;
using Muster.Core.Instances;
using Muster.Core.Launching;

namespace Muster.Clouds.Lxd;

/// <summary>Names that LXD takes: those of hosts, beginning with a letter.</summary>
internal static partial class LxdNames
{
    /// <summary>A host's name has 63 characters at most (RFC 1123).</summary>
    public static NameRule Rule { get; } = new()
    {
        LengthMax = 63, First = char.IsAsciiLetter, Rest = c => char.IsAsciiLetterOrDigit(c) || c == '-',
    };

    /// <summary>Whether Muster may have given it: it ends as names of instances do (<see cref="InstanceNames"/>).</summary>
    public static bool CanBeOurs(string name) => Ours().IsMatch(name);

    [GeneratedRegex("-[0-9a-f]{12}$")]
    private static partial Regex Ours();
}
