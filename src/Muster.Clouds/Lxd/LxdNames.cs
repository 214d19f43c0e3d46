using System.Text.RegularExpressions;

using Muster.Core.Instances;
using Muster.Core.Launching;

namespace Muster.Clouds.Lxd;

/// <summary>Names that LXD takes: those of hosts, beginning with a letter.</summary>
internal static partial class LxdNames
{
    /// <summary>Longest name that can be asked for: one character is kept for <see cref="Start"/>. A host's has 63 (RFC 1123).</summary>
    public const int LengthMax = 62;

    private const string Start = "i";

    /// <summary>The name with what LXD does not take replaced; still unique, since its end is a part of the launch id.</summary>
    public static string For(string name)
    {
        var host = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return char.IsAsciiLetter(host[0]) ? host : Start + host;
    }

    /// <summary>Whether Muster may have given it: it ends as names of instances do (<see cref="InstanceNames"/>).</summary>
    public static bool CanBeOurs(string name) => Ours().IsMatch(name);

    /// <summary>Whether an instance can have it; what cannot must not become a part of a path.</summary>
    public static bool CanBe(string name) =>
        name.Length is >= 1 and <= LengthMax + 1 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    [GeneratedRegex("-[0-9a-f]{12}$")]
    private static partial Regex Ours();
}
