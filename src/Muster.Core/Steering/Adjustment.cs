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
public readonly record struct Adjustment(AdjustmentKind Kind, int Value);
