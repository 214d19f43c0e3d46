using System.Diagnostics;
using System.Globalization;

using Muster.Cli.Exits;
using Muster.Cli.Wording;

namespace Muster.Cli.Arguments;

/// <summary>The capacity that somebody asks for: a number, or a change of the present one. Closed: the kinds nested here.</summary>
internal abstract record CapacityTarget
{
    /// <summary>What is allowed for a group that has a capacity already.</summary>
    public const string Allowed = "a whole number such as 5, or a change of the present capacity such as +2, -2, +30% or -10%";

    private CapacityTarget()
    {
    }

    /// <summary>That many.</summary>
    public sealed record Exactly(int Count) : CapacityTarget
    {
        public override string ToString() => Invariant($"{Count}");
    }

    /// <summary>That many more or fewer.</summary>
    public sealed record By(int Count) : CapacityTarget
    {
        public override string ToString() => Invariant($"{Count:+0;-0}");
    }

    /// <summary>That many per cent more or fewer.</summary>
    public sealed record ByPercent(int Percent) : CapacityTarget
    {
        public override string ToString() => Invariant($"{Percent:+0;-0}%");
    }

    /// <summary>Reads one. A number with a sign is a change; a percentage needs one.</summary>
    public static bool TryParse(string text, out CapacityTarget target)
    {
        target = new Exactly(0);
        if (text is not ['+' or '-', .. var change])
        {
            var isCount = WholeNumber.TryParse(text, 0, int.MaxValue, out var count);
            target = new Exactly(count);
            return isCount;
        }

        var isPercent = change.EndsWith('%');
        if (!WholeNumber.TryParse(isPercent ? change[..^1] : change, 1, int.MaxValue, out var size))
        {
            return false;
        }

        var signed = text[0] == '-' ? -size : size;
        target = isPercent ? new ByPercent(signed) : new By(signed);
        return true;
    }

    /// <summary>Returns the number that it means for a present capacity of <paramref name="desired"/>, before any bounds.</summary>
    /// <remarks>
    /// A percentage is rounded towards zero and is one instance at least, as with AWS's PercentChangeInCapacity: of 7, +30% is 2 more
    /// and -10% is one fewer.
    /// </remarks>
    /// <exception cref="CliException">It is a percentage of nothing.</exception>
    public long From(int desired) => this switch
    {
        Exactly exactly => exactly.Count,
        By by => (long)desired + by.Count,
        ByPercent when desired == 0 => throw new CliException(
            ExitCode.Usage, $"the group's capacity is 0, and {this} of 0 is 0: give a number such as 5 or +5"),
        ByPercent by => desired + AtLeastOne((long)desired * by.Percent / 100, Math.Sign(by.Percent)),
        _ => throw new UnreachableException(),
    };

    private static long AtLeastOne(long change, int sign) => change == 0 ? sign : change;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
