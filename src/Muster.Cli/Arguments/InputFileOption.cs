using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

using Muster.Cli.Exits;
using Muster.Cli.Toml;
using Muster.Cli.Wording;

namespace Muster.Cli.Arguments;

/// <summary>An option that is the path of a file with an input of the API.</summary>
internal sealed class InputFileOption(string name, params string[] aliases) : FileOption(name, aliases)
{
    /// <summary>Where its fields stand; null until it is read, and where there is none.</summary>
    /// <remarks>A command is made for one run. Nothing could tell this later: a file may be a pipe.</remarks>
    public FilePlaces? Places { get; private set; }

    /// <summary>Reads it, where there is one.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="given">What counts before the file: tables field by field, everything else as a whole.</param>
    /// <param name="type">How the input is read from JSON.</param>
    /// <param name="typed">Fields that were typed and that <paramref name="given"/> does not show.</param>
    /// <exception cref="CliException">It cannot be read, or fields in it are wrong: every one is named, with its line.</exception>
    public T Read<T>(ParseResult parse, T given, JsonTypeInfo<T> type, params ReadOnlySpan<string> typed)
        where T : class
    {
        if (parse.GetValue(this)?.ToString() is not { } path)
        {
            return given;
        }

        var table = Open(path, JsonSerializer.SerializeToNode(given, type)!.AsObject(), typed);
        return InputFile.Read(path, table, given, type);
    }

    /// <summary>Reads it for who knows its fields, and remembers where they stand.</summary>
    /// <param name="path">The file.</param>
    /// <param name="above">What counts before it, as the API takes it.</param>
    /// <param name="typed">Other fields that were typed.</param>
    /// <exception cref="CliException">It cannot be read, or is not TOML.</exception>
    public TomlNode.Table Open(string path, JsonObject above, params ReadOnlySpan<string> typed)
    {
        var table = TomlFile.Read(path);
        Places = TomlPlaces.Of(path, table, above, typed);
        return table;
    }
}
