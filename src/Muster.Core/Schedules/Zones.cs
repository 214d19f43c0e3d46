using System.Diagnostics.CodeAnalysis;

namespace Muster.Core.Schedules;

/// <summary>Time zones by their IANA names, from the machine's own table (package tzdata).</summary>
public static class Zones
{
    /// <summary>The zone of a schedule that names none.</summary>
    public const string Default = "UTC";

    /// <summary>What may be written.</summary>
    public const string Rule = "the IANA name of a time zone, as Europe/Berlin, America/New_York or UTC";

    // Longer than every name there is.
    private const int LengthMax = 64;

    // A zone that every table has: without it, there is no table.
    private const string Witness = "Europe/London";

    /// <summary>Finds a zone; false where there is none of that name, with a sentence that says what is allowed or missing.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out TimeZoneInfo? zone, [NotNullWhen(false)] out string? problem)
    {
        zone = IsName(name) ? Find(name) : null;
        problem = zone is not null ? null
            : IsName(name) && Find(Witness) is null
                ? "this machine knows no time zones but UTC: install the package tzdata, or set TZDIR to a directory that has them"
            : Rule;
        return zone is not null;
    }

    /// <summary>The zone of that name.</summary>
    /// <exception cref="ZoneException">This machine has none of that name.</exception>
    public static TimeZoneInfo Get(string name) =>
        TryFind(name, out var zone, out var problem) ? zone : throw new ZoneException($"the time zone {name} is not known here: {problem}");

    // The table is files, and a name is a path in it; posix and right are the same zones again, and the latter count leap seconds.
    private static bool IsName([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= LengthMax } && char.IsAsciiLetter(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '_' or '-' or '+')
        && !name.Contains("//", StringComparison.Ordinal)
        && !name.StartsWith("right/", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("posix/", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("localtime", StringComparison.OrdinalIgnoreCase);

    private static TimeZoneInfo? Find(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
