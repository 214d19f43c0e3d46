using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Server.Requests;

/// <summary>Reads query parameters, each with an error that says what is allowed.</summary>
internal static class Query
{
    /// <summary>Items on a page unless asked otherwise: a screenful or three.</summary>
    public const int LimitDefault = 100;

    private const int LimitMax = 1000;

    /// <exception cref="InputException">The limit is none.</exception>
    public static PageRequest Page(string? limit, string? cursor) =>
        limit is null ? new(LimitDefault, Given(cursor))
        : int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= LimitMax
        ? new(number, Given(cursor))
        : throw new InputException("limit", limit, $"1 to {LimitMax}");

    /// <exception cref="InputException">It is neither true nor false.</exception>
    public static bool Flag(string field, string? text, bool otherwise) => text switch
    {
        null => otherwise,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new InputException(field, text, "true or false"),
    };

    private static string? Given(string? cursor) => string.IsNullOrEmpty(cursor) ? null : cursor;
}
