using System.Globalization;

namespace Muster.Cli.Arguments;

/// <summary>Whole numbers as people write them.</summary>
internal static class WholeNumber
{
    /// <summary>Reads a number within bounds.</summary>
    public static bool TryParse(string text, int min, int max, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;

    /// <summary>What is allowed, for messages.</summary>
    public static string Allowed(int min, int max) =>
        max == int.MaxValue ? $"a whole number, {min} or more" : $"a whole number from {min} to {max}";
}
