using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

using Muster.Cli.Exits;
using Muster.Cli.Wording;

namespace Muster.Cli.Toml;

/// <summary>
/// A TOML file that holds an input of the API: its fields, by the same names. Which there are is read from how the API's JSON is read, so
/// that a file can say all that the API takes.
/// </summary>
internal static class InputFile
{
    // Either says the port of a table that has both.
    private const string Port = "port";
    private const string Attribute = "attribute";

    /// <summary>Reads one.</summary>
    /// <param name="path">The file, as errors call it.</param>
    /// <param name="table">What is in it.</param>
    /// <param name="given">What counts before the file: tables field by field, everything else as a whole.</param>
    /// <param name="type">How the input is read from JSON.</param>
    /// <exception cref="CliException">Fields in it are wrong: every one is named, with its line.</exception>
    public static T Read<T>(string path, TomlNode.Table table, T given, JsonTypeInfo<T> type)
        where T : class
    {
        var errors = new List<TomlError>();
        var input = ReadTable(table, "", type, errors);
        TomlErrors.ThrowIfAny(path, errors);
        Overlay(input, JsonSerializer.SerializeToNode(given, type)!.AsObject());
        return input.Deserialize(type)!;
    }

    private static void Overlay(JsonObject below, JsonObject above)
    {
        foreach (var (key, value) in above)
        {
            if (value is JsonObject inner && below[key] is JsonObject outer)
            {
                Overlay(outer, inner);
            }
            else if (value is not null)
            {
                below.Remove(key switch { Port => Attribute, Attribute => Port, _ => key });
                below[key] = value.DeepClone();
            }
        }
    }

    private static JsonObject ReadTable(TomlNode.Table table, string path, JsonTypeInfo type, List<TomlError> errors)
    {
        var read = new JsonObject();
        foreach (var (key, node) in table.Items)
        {
            var field = path.Length == 0 ? key : $"{path}.{key}";
            var line = table.KeyPlaces[key].Line;
            if (type.Kind is JsonTypeInfoKind.Dictionary)
            {
                read[key] = ReadValue(node, field, line, type.ElementType!, type.Options, errors);
            }
            else if (key == Port && node is TomlNode.Scalar { Value: string text } && Knows(type, Port) && Knows(type, Attribute))
            {
                // As it is typed: --health-port attribute:port.
                read[Attribute] = PortText.AttributeOf(text);
                if (read[Attribute] is null || table.Items.ContainsKey(Attribute))
                {
                    errors.Add(new(
                        line, field, TomlFields.Show(node),
                        "a whole number, or \"attribute:NAME\" for the attribute that holds each instance's port; either, or attribute"));
                }
            }
            else if (type.Properties.FirstOrDefault(property => property.Name == key) is { } property)
            {
                read[key] = ReadValue(node, field, line, property.PropertyType, type.Options, errors);
            }
            else
            {
                errors.Add(TomlError.Unknown(line, field, key, type.Properties.Select(property => property.Name)));
            }
        }

        return read;
    }

    private static bool Knows(JsonTypeInfo type, string field) => type.Properties.Any(property => property.Name == field);

    private static JsonNode? ReadValue(
        TomlNode node, string field, int line, Type type, JsonSerializerOptions options, List<TomlError> errors)
    {
        var value = (node as TomlNode.Scalar)?.Value;
        if (type == typeof(string))
        {
            return value is string text ? JsonValue.Create(text) : Wrong("a string in quotes");
        }

        if (type == typeof(bool?))
        {
            return value is bool flag ? JsonValue.Create(flag) : Wrong("true or false");
        }

        if (type == typeof(int?))
        {
            return value switch
            {
                long and >= int.MinValue and <= int.MaxValue => JsonValue.Create((long)value),
                long => Wrong($"a whole number, not beyond {int.MaxValue.ToString(CultureInfo.InvariantCulture)}"),
                _ => Wrong("a whole number"),
            };
        }

        if (type == typeof(double?) || type == typeof(decimal?))
        {
            return value switch
            {
                long whole => JsonValue.Create(whole),
                double number when Math.Abs(number) <= (double)decimal.MaxValue / 2 => JsonValue.Create(number),
                double number when !double.IsNaN(number) => Wrong("a number that is not so large"),
                _ => Wrong("a number"),
            };
        }

        var info = options.GetTypeInfo(type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary:
                return node is TomlNode.Table table ? ReadTable(table, field, info, errors)
                    : Wrong(field[^1] == ']' ? $"a table, as in [[{field[..field.LastIndexOf('[')]}]]" : $"a table: [{field}]");
            case JsonTypeInfoKind.Enumerable when node is TomlNode.Array array:
                return new JsonArray(
                [
                    .. array.Items.Select((item, index) => ReadValue(
                        item, $"{field}[{index.ToString(CultureInfo.InvariantCulture)}]", item.Line, info.ElementType!, options, errors)),
                ]);
            case JsonTypeInfoKind.Enumerable:
                return Wrong(info.ElementType == typeof(string) ? "a list of strings, such as [\"a\", \"b\"]" : $"tables: [[{field}]]");
            default:
                throw new System.Diagnostics.UnreachableException($"{field} is a {type}, which no TOML file holds");
        }

        JsonNode? Wrong(string allowed)
        {
            errors.Add(new TomlError(line, field, TomlFields.Show(node), allowed));
            return null;
        }
    }
}
