namespace Muster.Cli.Wording;

/// <summary>
/// Where the fields of a file stand, by the names that the API has for them, so that what it refuses is told with its line.
/// </summary>
/// <param name="path">The file, as it was typed.</param>
/// <param name="lines">The line of each field, from 1, as the file has it: <c>hooks[0].name</c>.</param>
/// <param name="listed">Of the items of lists, what the file has for what the API calls by a name: <c>hooks.bake</c>.</param>
/// <param name="typed">The fields that were typed beside it, and come before it.</param>
internal sealed class FilePlaces(
    string path, IReadOnlyDictionary<string, int> lines, IReadOnlyDictionary<string, string> listed, IReadOnlySet<string> typed)
{
    // A field of the API, and what the file may have said it by.
    private static readonly (string Field, string Written)[] Others =
        [(".attribute", ".port"), ("user_data", "user_data_file"), ("repair.surge", "surge")];

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Whether a field was typed as an option, so that the file's is not what went by.</summary>
    public bool IsTyped(string field) => typed.Any(one => field == one || IsBelow(field, one));

    /// <summary>Where a field stands that the API names.</summary>
    /// <param name="field">As in <c>health.path</c>, <c>zones[1]</c> or <c>hooks.bake.timeout_s</c>.</param>
    /// <param name="canBeAbsent">Whether the place of the table in which the field is not will do.</param>
    /// <returns>The field as the file has it, and its line, from 1; null where it is not the file's.</returns>
    public (string Field, int Line)? Find(string field, bool canBeAbsent)
    {
        field = AsWritten(field);
        if (IsTyped(field))
        {
            return null;
        }

        // A capacity that is changed alone is all that there is, and has no table around it.
        IEnumerable<string> names =
        [
            field, $"capacity.{field}",
            .. Others.Where(other => field.EndsWith(other.Field, StringComparison.Ordinal))
                .Select(other => $"{field[..^other.Field.Length]}{other.Written}"),
        ];
        foreach (var name in names)
        {
            if (lines.TryGetValue(name, out var line))
            {
                return (name, line);
            }
        }

        return canBeAbsent && TableOf(field) is { } table ? (field, table) : null;
    }

    private int? TableOf(string field)
    {
        for (var end = field.LastIndexOfAny(['.', '[']); end > 0; end = field[..end].LastIndexOfAny(['.', '[']))
        {
            if (lines.TryGetValue(field[..end], out var line))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary><c>hooks.bake.at</c> is <c>hooks[0].at</c>; the name may hold dots.</summary>
    private string AsWritten(string field)
    {
        foreach (var (named, written) in listed)
        {
            if (IsBelow(field, named))
            {
                return $"{written}{field[named.Length..]}";
            }
        }

        return field;
    }

    private static bool IsBelow(string field, string of) =>
        field.Length > of.Length && field.StartsWith(of, StringComparison.Ordinal) && field[of.Length] is '.' or '[';
}
