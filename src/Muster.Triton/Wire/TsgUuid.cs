
namespace Muster.Triton.Wire;

/// <summary>UUIDs as the original takes them.</summary>
internal static class TsgUuid
{
    private const string UrnPrefix = "urn:uuid:";

    /// <summary>36 characters with hyphens, in any case, or the same after <c>urn:uuid:</c>.</summary>
    public static bool IsValid(string text) =>
        TryRead(text.StartsWith(UrnPrefix, StringComparison.Ordinal) ? text[UrnPrefix.Length..] : text) is not null;

    /// <summary>The id in a path or a member; null when it is none, and so nobody's.</summary>
    public static Guid? TryRead(string text) =>
        text.Length == 36 && Guid.TryParseExact(text, "D", out var id) ? id : null;
}
