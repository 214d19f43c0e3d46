using System.Globalization;

using Muster.Clouds.Kit.Launching;
using Muster.Core;

namespace Muster.Clouds.DigitalOcean;

/// <summary>The names of droplets: the instance's, a dot, and the launch id, so that a look by name is a look by launch.</summary>
/// <remarks>
/// A tag for each launch would stay behind in the account for good: see docs/decisions/0250-a-launch-id-is-in-the-droplet-s-name.md. The id
/// is written in 36 digits; where the instance's name ends in its first 12 hexadecimal ones, as Muster's do, only the rest of it.
/// </remarks>
internal static class DropletNames
{
    /// <summary>
    /// The tag with the instance's name, but for its last 12 characters, where DigitalOcean does not take it as it is. All of a group have
    /// the same.
    /// </summary>
    public const string PrefixTag = "muster.name_prefix";

    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>Hexadecimal digits of the launch id at the end of a name.</summary>
    private const int HexLength = 12;

    /// <summary>Digits that 128 bits take, and those that 80 take.</summary>
    private const int WholeLength = 25, RestLength = 16;

    private const int RestBits = 80;

    private static readonly UInt128 RestMask = (UInt128.One << RestBits) - 1;

    /// <summary>
    /// Which names DigitalOcean takes: host names. The whole of one, the launch id included, is as long as a label of the DNS and no longer
    /// than Linux takes for a host's name.
    /// </summary>
    public static NameRule Rule { get; } = new()
    {
        LengthMax = 63 - RestLength - 1,
        Rest = c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-',
    };

    /// <summary>A droplet's name.</summary>
    /// <param name="name">The instance's.</param>
    /// <param name="launch">The launch.</param>
    public static string Of(string name, LaunchId launch)
    {
        var taken = Rule.For(name);
        var (id, hex) = (Number(launch), launch.Value.ToString("N"));
        return taken.EndsWith(hex[..HexLength], StringComparison.Ordinal)
            ? $"{taken}.{Written(id & RestMask, RestLength)}"
            : $"{taken}.{Written(id, WholeLength)}";
    }

    /// <summary>What <see cref="PrefixTag"/> says; null where the name is taken as it is.</summary>
    public static string? PrefixOf(string name) => Rule.For(name) == name ? null : name[..^Math.Min(HexLength, name.Length)];

    /// <summary>The instance's name, and which launch made it; null where somebody else gave the name.</summary>
    /// <param name="droplet">The droplet's name.</param>
    /// <param name="prefix">What its tag says; null without one.</param>
    public static (string Name, LaunchId? Launch) Read(string droplet, string? prefix)
    {
        var dot = droplet.LastIndexOf('.');
        if (dot < 1 || LaunchOf(droplet[..dot], droplet[(dot + 1)..]) is not { } launch)
        {
            return (droplet, null);
        }

        var name = droplet[..dot];
        return (prefix is null ? name : prefix + name[^Math.Min(HexLength, name.Length)..], launch);
    }

    private static LaunchId? LaunchOf(string name, string written)
    {
        if (Read(written) is not { } number)
        {
            return null;
        }

        if (written.Length == WholeLength)
        {
            return Launch(number);
        }

        if (written.Length != RestLength || number > RestMask || name.Length < HexLength)
        {
            return null;
        }

        var hex = name.AsSpan(name.Length - HexLength);
        return UInt128.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
            ? Launch((start << RestBits) | number)
            : null;
    }

    private static UInt128 Number(LaunchId launch) =>
        UInt128.Parse(launch.Value.ToString("N"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static LaunchId Launch(UInt128 number) => new(Guid.ParseExact(number.ToString("x32", CultureInfo.InvariantCulture), "N"));

    private static string Written(UInt128 number, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = length - 1; i >= 0; i--)
        {
            (number, var digit) = UInt128.DivRem(number, 36);
            text[i] = Digits[(int)digit];
        }

        return new(text);
    }

    /// <summary>The number; null where it is none, or larger than any id.</summary>
    private static UInt128? Read(string text)
    {
        UInt128 number = 0;
        foreach (var c in text)
        {
            var digit = Digits.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0 || number > (UInt128.MaxValue - (UInt128)digit) / 36)
            {
                return null;
            }

            number = (number * 36) + (UInt128)digit;
        }

        return number;
    }
}
