using System.Globalization;
using System.Text.Json;

namespace Muster.Metrics.Kit;

/// <summary>Finds a value in JSON by its pointer (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>What a pointer is, in words.</summary>
    public const string Allowed = "a JSON Pointer such as /data/cpu; ~0 stands for ~ and ~1 for / in a name";

    /// <summary>Whether a text is one.</summary>
    public static bool IsValid(string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
        {
            return false;
        }

        for (var at = pointer.IndexOf('~', StringComparison.Ordinal); at >= 0; at = pointer.IndexOf('~', at + 1))
        {
            if (at + 1 == pointer.Length || pointer[at + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A text as it stands in a pointer.</summary>
    public static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The value; null where there is none.</summary>
    public static JsonElement? Find(JsonElement root, string pointer)
    {
        var found = root;
        if (pointer.Length == 0)
        {
            return found;
        }

        foreach (var part in pointer[1..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (Step(found, name) is not { } next)
            {
                return null;
            }

            found = next;
        }

        return found;
    }

    private static JsonElement? Step(JsonElement from, string name) => from.ValueKind switch
    {
        JsonValueKind.Object when from.TryGetProperty(name, out var member) => member,
        JsonValueKind.Array when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && (name.Length == 1 || name[0] != '0') && index < from.GetArrayLength() => from[index],
        _ => null,
    };
}
