namespace Muster.Cli.Toml;

/// <summary>One wrong value in a file: where, which field, what was given, what is allowed.</summary>
/// <param name="Line">Line, from 1; 0 when the field is missing from the whole file.</param>
/// <param name="Field">Dotted path, as in <c>server.listen</c> or <c>cloud[1].name</c>.</param>
/// <param name="Value">What was given; null when nothing was.</param>
/// <param name="Allowed">What is allowed, in words.</param>
internal sealed record TomlError(int Line, string Field, string? Value, string Allowed)
{
    /// <summary>The line for the user, behind the file's name.</summary>
    public string In(string path)
    {
        var place = Line > 0 ? $"{path}:{Line}" : path;
        return Value is null ? $"{place}: {Field} is missing: {Allowed}" : $"{place}: {Field} is {Value}: {Allowed}";
    }
}
