using System.Globalization;

namespace Muster.Core;

/// <summary>Times as people write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>90d</c>, <c>1h30m</c>.</summary>
public static class DurationText
{
    // Longest first, so that "ms" is not read as minutes.
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads a time. A bare number is refused: nobody can tell its unit; so is what no <see cref="TimeSpan"/> holds.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
        {
            return false;
        }

        // Nine digits of days are more than a TimeSpan holds, and the parts may be many.
        Int128 ticks = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(System.Buffers.SearchValues.Create("0123456789"));
            // More digits are a slip of the hand.
            if (digits is < 1 or > 9 || UnitAt(rest[digits..]) is not ({ } unit, var length))
            {
                return false;
            }

            ticks += (Int128)length.Ticks * int.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[(digits + unit.Length)..];
        }

        if (ticks > TimeSpan.MaxValue.Ticks)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>Writes a time in its two largest units: <c>1h30m</c>.</summary>
    public static string Format(TimeSpan value)
    {
        if (value < TimeSpan.FromSeconds(1))
        {
            return value == TimeSpan.Zero ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0}ms");
        }

        var parts = new (int Count, string Unit)[]
        {
            ((int)value.TotalDays, "d"), (value.Hours, "h"), (value.Minutes, "m"), (value.Seconds, "s"),
        };
        return string.Concat(parts
            .SkipWhile(part => part.Count == 0)
            .Take(2)
            .Where(part => part.Count > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{part.Unit}")));
    }

    /// <summary>Writes a time so that reading it gives the same, to the millisecond: <c>1h30m15s</c>.</summary>
    public static string Exactly(TimeSpan value)
    {
        var text = new System.Text.StringBuilder();
        var ticks = value.Ticks;

        // Milliseconds stand first in the table, and last in the text: the others are from the shortest.
        foreach (var (unit, length) in Units.Skip(1).Reverse().Append(Units[0]))
        {
            if (ticks / length.Ticks is > 0 and var count)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
                ticks %= length.Ticks;
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static (string? Unit, TimeSpan Length) UnitAt(ReadOnlySpan<char> rest)
    {
        foreach (var (unit, length) in Units)
        {
            if (rest.StartsWith(unit, StringComparison.Ordinal))
            {
                return (unit, length);
            }
        }

        return default;
    }
}
