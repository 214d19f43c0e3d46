using System.Collections.Immutable;

using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Templates;

/// <summary>A template's metadata and user data where instances get them through their environment.</summary>
internal static class MetadataVariables
{
    /// <summary>The variable that names the file with the user data.</summary>
    public const string UserDataFile = "MUSTER_USER_DATA_FILE";

    private const string Prefix = "MUSTER_META_";

    /// <summary>
    /// The variables: <c>MUSTER_META_</c> and the key in capitals, where every other character than A-Z and 0-9 becomes <c>_</c>.
    /// </summary>
    /// <param name="metadata">A template's metadata.</param>
    /// <param name="findings">Gets what cannot be a variable: two keys that become one, and values with a NUL character.</param>
    /// <returns>Values by the variables' names.</returns>
    public static ImmutableSortedDictionary<string, string> Read(
        ImmutableSortedDictionary<string, string> metadata, ImmutableArray<TemplateFinding>.Builder findings)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata)
        {
            var variable = Prefix + string.Concat(key.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
            if (!keys.TryAdd(variable, key))
            {
                findings.Add(new TemplateFinding($"metadata.{key}", IsGood: false,
                    $"metadata.{key} becomes {variable}, and so does metadata.{keys[variable]}: rename one"));
            }
            else if (value.Contains('\0', StringComparison.Ordinal))
            {
                findings.Add(new TemplateFinding($"metadata.{key}", IsGood: false,
                    $"metadata.{key} holds a NUL character, which no environment can carry"));
            }

            variables[variable] = value;
        }

        return variables.ToImmutable();
    }
}
