using System.Globalization;

namespace Muster.Cli.Wording;

/// <summary>Whole numbers as people write them.</summary>
internal static class WholeNumber
{
    /// <summary>
    /// Reads a number within bounds: digits alone. A sign would be taken for a change of what there is, a leading zero for octal, and
    /// <c>1e3</c> or a blank for a slip of the hand; where they mean nothing else, they are refused.
    /// </summary>
    public static bool TryParse(string text, int min, int max, out int value)
    {
        var isGood = TryParse(text, min, max, out long read);
        value = (int)read;
        return isGood;
    }

    /// <summary>The same for large ones.</summary>
    public static bool TryParse(string text, long min, long max, out long value)
    {
        var isGood = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read)
            && (text.Length == 1 || text[0] != '0') && read >= min && read <= max;
        value = isGood ? read : 0;
        return isGood;
    }

    /// <summary>What is allowed, for messages.</summary>
    public static string Allowed(int min, int max) =>
        max == int.MaxValue ? $"a whole number, {min} or more" : $"a whole number from {min} to {max}";
}
