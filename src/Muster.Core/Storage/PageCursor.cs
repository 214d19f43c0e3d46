using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Muster.Core.Storage;

/// <summary>The cursors of the stores: where a page ended, as opaque text that is safe in a URL.</summary>
/// <remarks>A cursor names the last item and not its number, so that what is added or archived meanwhile shifts no page.</remarks>
public static class PageCursor
{
    private const string NamePrefix = "n:";
    private const string PositionPrefix = "p:";
    private const string Allowed = "a next_cursor that this listing returned";

    /// <summary>After the item of that name and id, in a listing by name, then id.</summary>
    public static string AfterName(string name, Guid id) => Encode($"{NamePrefix}{id:N}{name}");

    /// <summary>After the entry at that position, in a listing by position.</summary>
    public static string AfterPosition(long position) =>
        Encode(PositionPrefix + position.ToString(CultureInfo.InvariantCulture));

    /// <summary>What <see cref="AfterName"/> put in; null for the first page.</summary>
    /// <exception cref="InputException">It is no such cursor.</exception>
    public static (string Name, Guid Id)? ReadName(string? cursor)
    {
        const int IdLength = 32;

        if (cursor is null)
        {
            return null;
        }

        var text = Decode(cursor, NamePrefix);
        return text.Length > IdLength && Guid.TryParseExact(text.AsSpan(0, IdLength), "N", out var id)
            ? (text[IdLength..], id)
            : throw Refused(cursor);
    }

    /// <summary>What <see cref="AfterPosition"/> put in; null for the first page.</summary>
    /// <exception cref="InputException">It is no such cursor.</exception>
    public static long? ReadPosition(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        return long.TryParse(Decode(cursor, PositionPrefix), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw Refused(cursor);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Decode(string cursor, string prefix)
    {
        if (!Base64Url.IsValid(cursor))
        {
            throw Refused(cursor);
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : throw Refused(cursor);
    }

    private static InputException Refused(string cursor) => new("cursor", cursor, Allowed);
}
