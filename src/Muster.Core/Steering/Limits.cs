using System.Globalization;

using Muster.Core.Placements;

namespace Muster.Core.Steering;

/// <summary>How far one round moves a level.</summary>
internal static class Limits
{
    public static int Grow(int level, int count, Portion? most) =>
        most is not { } portion ? count : (int)Math.Min(count, (long)level + portion.Of(level));

    public static int Shrink(int level, int count, Portion? most) =>
        most is not { } portion ? count : Math.Max(count, level - portion.Of(level));

    /// <summary>What was said, with where that leads.</summary>
    /// <param name="said">What was said.</param>
    /// <param name="level">The level before.</param>
    /// <param name="count">Where it is moved.</param>
    /// <param name="unlimited">Where it would be moved at once.</param>
    public static string Reason(string said, int level, int count, int unlimited) =>
        count == level ? $"{said}: enough"
        : count == unlimited ? string.Create(CultureInfo.InvariantCulture, $"{said} → {count}")
        : string.Create(CultureInfo.InvariantCulture, $"{said} → {unlimited}, by steps → {count}");
}
