using System.Globalization;

namespace Muster.Core.Steering;

/// <summary>How a level is moved.</summary>
public enum AdjustmentKind
{
    /// <summary>By a number of instances, which is negative for fewer.</summary>
    Add,

    /// <summary>By a part of the level in percent, which is negative for fewer.</summary>
    Percent,

    /// <summary>To that number.</summary>
    Exact,
}

/// <summary>One move of a level: <c>+2</c>, <c>-1</c>, <c>+30%</c>, <c>-10%</c>, <c>5</c>.</summary>
/// <param name="Kind">How.</param>
/// <param name="Value">How many, or how many percent.</param>
public readonly record struct Adjustment(AdjustmentKind Kind, int Value)
{
    /// <summary>Most instances that one move adds or takes away, and most that it sets.</summary>
    public const int CountMax = 1_000_000;

    /// <summary>Most percent that one move adds: a slip of the hand beyond that.</summary>
    public const int PercentMax = 1000;

    /// <summary>What may be written.</summary>
    public const string Rule = "+2 or -2 instances, +30% (to +1000%) or -30% (to -100%), or the number that is to be, as 5";

    /// <summary>Whether it moves a level of that many up.</summary>
    public bool Raises(int level) => Of(level) > level;

    /// <summary>Where it moves a level; never below zero.</summary>
    /// <remarks>
    /// Percents are rounded as AWS documents it for <c>PercentChangeInCapacity</c>: what lies between 0 and 1 is 1, what is above is
    /// rounded down, and both are mirrored below zero. Beyond AWS, a part of nothing is one instance where it is to grow: a group at zero
    /// must be able to come back.
    /// </remarks>
    public int Of(int level) => Kind switch
    {
        AdjustmentKind.Add => Bounded((long)level + Value),
        AdjustmentKind.Percent => Bounded(level + PercentOf(level)),
        _ => Math.Max(0, Value),
    };

    /// <summary>Reads one; false when it is none, or moves nothing.</summary>
    public static bool TryParse(string? text, out Adjustment adjustment)
    {
        adjustment = default;
        var rest = (text ?? "").AsSpan().Trim();
        var isPercent = rest.EndsWith("%");
        rest = isPercent ? rest[..^1] : rest;
        var sign = rest.StartsWith("+") ? 1 : rest.StartsWith("-") ? -1 : 0;
        rest = sign == 0 ? rest : rest[1..];
        if (!int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > CountMax
            || (sign == 0 && isPercent) || (sign != 0 && value == 0) || (isPercent && value > (sign < 0 ? 100 : PercentMax)))
        {
            return false;
        }

        var kind = isPercent ? AdjustmentKind.Percent : sign == 0 ? AdjustmentKind.Exact : AdjustmentKind.Add;
        adjustment = new(kind, sign < 0 ? -value : value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        AdjustmentKind.Add => string.Create(CultureInfo.InvariantCulture, $"{Value:+0;-0;+0}"),
        AdjustmentKind.Percent => string.Create(CultureInfo.InvariantCulture, $"{Value:+0;-0;+0}%"),
        _ => Value.ToString(CultureInfo.InvariantCulture),
    };

    private static int Bounded(long count) => (int)Math.Clamp(count, 0, int.MaxValue);

    private long PercentOf(int level)
    {
        // Integer division rounds towards zero, as AWS does on both sides of it.
        var part = (long)level * Value / 100;
        return part != 0 || Value == 0 || (Value < 0 && level == 0) ? part : Math.Sign(Value);
    }
}
