using Muster.Cli.Wording;

namespace Muster.Cli.Toml;

/// <summary>One wrong value in a file: where, which field, what was given, what is allowed.</summary>
/// <param name="Line">Line, from 1; 0 when the field is missing from the whole file.</param>
/// <param name="Field">Dotted path, as in <c>server.listen</c> or <c>cloud[1].name</c>.</param>
/// <param name="Value">What was given; null when nothing was.</param>
/// <param name="Allowed">What is allowed, in words.</param>
internal sealed record TomlError(int Line, string Field, string? Value, string Allowed)
{
    /// <summary>A field that nobody knows.</summary>
    /// <param name="line">Line, from 1.</param>
    /// <param name="field">Its dotted path.</param>
    /// <param name="key">Its own name.</param>
    /// <param name="known">The fields beside it that there are.</param>
    public static TomlError Unknown(int line, string field, string key, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        var near = Spelling.Nearest(key, names);
        return new(line, field, "unknown", near is null ? $"known here: {string.Join(", ", names)}" : $"did you mean {near}?");
    }

    /// <summary>The line for the user, behind the file's name.</summary>
    public string In(string path)
    {
        var place = Line > 0 ? $"{path}:{Line}" : path;
        return Value is null ? $"{place}: {Field} is missing: {Allowed}" : $"{place}: {Field} is {Value}: {Allowed}";
    }
}
