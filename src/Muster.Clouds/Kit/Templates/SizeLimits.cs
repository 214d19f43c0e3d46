using System.Globalization;

namespace Muster.Clouds.Kit.Templates;

/// <summary>How much an instance may use at most.</summary>
/// <param name="MemoryBytes">Bytes; null for no limit.</param>
/// <param name="Cpus">Processors' worth of time, 0.5 being half of one; null for no limit.</param>
/// <remarks>
/// <code>
/// size   = item *( "," item )
/// item   = memory / cpu
/// memory = [ "memory=" ] number ( "k" / "m" / "g" / "t" ) [ "i" ] [ "b" ]     powers of 1024
/// cpu    = number "cpu" / "cpu=" number                                        up to 3 decimals
/// </code>
/// Case does not matter, blanks around an item neither; each kind may stand once.
/// </remarks>
internal sealed record SizeLimits(long? MemoryBytes, decimal? Cpus)
{
    private const string Allowed =
        "memory as 256m or memory=256m (k, m, g, t; 1m to 64t), processors as 0.5cpu or cpu=0.5 (0.01 to 1024), or both with a comma";

    private const decimal MemoryBytesMin = 1024 * 1024;
    private const decimal MemoryBytesMax = 64m * 1024 * 1024 * 1024 * 1024;

    /// <summary>Reads a template's size.</summary>
    /// <param name="size">Null or empty for no limits at all.</param>
    /// <param name="limits">What it says; null without limits or when refused.</param>
    /// <param name="error">What is wrong and what is allowed; null when nothing is.</param>
    public static bool TryParse(string? size, out SizeLimits? limits, out string? error)
    {
        limits = null;
        error = null;
        if (string.IsNullOrEmpty(size))
        {
            return true;
        }

        var read = new SizeLimits(MemoryBytes: null, Cpus: null);
        foreach (var item in size.Split(','))
        {
            var next = read.With(item.Trim().ToLowerInvariant());
            if (next is null)
            {
                error = $"'{item.Trim()}' is not understood: {Allowed}";
                return false;
            }

            read = next;
        }

        limits = read;
        return true;
    }

    private SizeLimits? With(string item)
    {
        if (ReadCpus(item) is { } cpus)
        {
            return Cpus is null && cpus is >= 0.01m and <= 1024 ? this with { Cpus = cpus } : null;
        }

        return ReadMemory(item) is { } bytes && MemoryBytes is null && bytes is >= MemoryBytesMin and <= MemoryBytesMax
            ? this with { MemoryBytes = (long)bytes }
            : null;
    }

    private static decimal? ReadCpus(string item)
    {
        const string Before = "cpu=", After = "cpu";
        var number = item.StartsWith(Before, StringComparison.Ordinal) ? item[Before.Length..]
            : item.EndsWith(After, StringComparison.Ordinal) ? item[..^After.Length]
            : null;
        return number is not null && Number(number) is { Scale: <= 3 } cpus ? cpus : null;
    }

    private static decimal? ReadMemory(string item)
    {
        const string Before = "memory=";
        var text = item.StartsWith(Before, StringComparison.Ordinal) ? item[Before.Length..] : item;
        text = text.EndsWith('b') ? text[..^1] : text;
        text = text.EndsWith('i') ? text[..^1] : text;
        decimal? unit = text.Length == 0 ? null : text[^1] switch
        {
            'k' => 1024m,
            'm' => 1024m * 1024,
            'g' => 1024m * 1024 * 1024,
            't' => 1024m * 1024 * 1024 * 1024,
            _ => null,
        };
        // Ten digits are more than any size has, and cannot overflow.
        return unit is not null && text.Length <= 11 && Number(text[..^1]) is { } number ? decimal.Truncate(number * unit.Value) : null;
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
