using System.Text.RegularExpressions;

using Muster.Core;

namespace Muster.Terraform.Templates;

/// <summary>Names that nothing else has: a base, a dash, eight hexadecimal digits.</summary>
internal static partial class UniqueName
{
    public static string From(string baseName, IRandomSource random) => $"{baseName}-{random.NextId().ToString("N")[..8]}";

    /// <summary>Whether a name is one that <paramref name="baseName"/> leads to.</summary>
    public static bool IsOf(string? baseName, string? name) =>
        baseName is not null
        && name is not null
        && name.StartsWith(baseName, StringComparison.Ordinal)
        && Suffix().IsMatch(name.AsSpan(baseName.Length));

    [GeneratedRegex("^-[0-9a-f]{8}$")]
    private static partial Regex Suffix();
}
