using System.Globalization;

namespace Muster.Core.Placements;

/// <summary>A number of instances, or a part of the group's level: <c>3</c>, <c>10%</c>.</summary>
/// <param name="Value">How many, or how many percent; at least 1, but where its user has a use for none.</param>
/// <param name="IsPercent">Whether it is a part of the level.</param>
public readonly record struct Portion(int Value, bool IsPercent)
{
    /// <summary>Most percent, and most instances.</summary>
    public const int PercentMax = 100;

    /// <summary>What may be written.</summary>
    public const string Rule = "a number from 1, or 1% to 100%";

    /// <summary>How many of a level: rounded down, at least one; of none, none.</summary>
    public int Of(int level) => IsPercent && Value > 0 ? Math.Max(1, (int)((long)level * Value / 100)) : Value;

    /// <summary>Reads one; false when it is none.</summary>
    public static bool TryParse(string? text, out Portion portion)
    {
        portion = default;
        var isPercent = text?.EndsWith('%') is true;
        var digits = isPercent ? text![..^1] : text;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1
            || (isPercent && value > PercentMax))
        {
            return false;
        }

        portion = new(value, isPercent);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value}{(IsPercent ? "%" : "")}");
}
