using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Core;
using Muster.Server.Problems;

namespace Muster.Server.Requests;

/// <summary>
/// Compares a JSON value with an input type and names every unknown field and every value of the wrong kind. The serializer would
/// stop at the first, and say it in words for programmers.
/// </summary>
internal static class JsonShape
{
    /// <exception cref="ProblemException">At least one field is wrong.</exception>
    public static void Check(JsonElement element, JsonTypeInfo type)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var unknown = ImmutableArray.CreateBuilder<InputError>();
        CheckObject(element, type, path: "", errors, unknown);
        if (unknown.Count > 0)
        {
            var sentence = string.Join(
                "; ", unknown.Select(error => $"{error.Field}: {error.Allowed}").Concat(errors.Select(error => error.ToString())));
            unknown.AddRange(errors);
            throw new ProblemException(ProblemKinds.UnknownField, sentence, unknown.ToImmutable());
        }

        InputException.ThrowIfAny(errors);
    }

    private static void CheckObject(
        JsonElement element, JsonTypeInfo type, string path,
        ImmutableArray<InputError>.Builder errors, ImmutableArray<InputError>.Builder unknown)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(new(path.Length == 0 ? "body" : path, Shown(element), "a JSON object"));
            return;
        }

        foreach (var field in element.EnumerateObject())
        {
            var name = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (type.Properties.FirstOrDefault(property => property.Name == field.Name) is { } property)
            {
                CheckValue(field.Value, type.Options.GetTypeInfo(property.PropertyType), name, errors, unknown);
            }
            else
            {
                unknown.Add(new(
                    name, Shown(field.Value), $"unknown field; known: {string.Join(", ", type.Properties.Select(known => known.Name))}"));
            }
        }
    }

    private static void CheckValue(
        JsonElement element, JsonTypeInfo type, string path,
        ImmutableArray<InputError>.Builder errors, ImmutableArray<InputError>.Builder unknown)
    {
        // Null means left out.
        if (element.ValueKind is JsonValueKind.Null)
        {
            return;
        }

        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                CheckObject(element, type, path, errors, unknown);
                break;
            case JsonTypeInfoKind.Enumerable when element.ValueKind is JsonValueKind.Array:
                CheckItems(element, type, path, errors, unknown);

                break;
            case JsonTypeInfoKind.Enumerable:
                errors.Add(new(path, Shown(element), ItemsOf(type) is null ? "a list of texts" : "a list of JSON objects"));
                break;
            case JsonTypeInfoKind.Dictionary when element.ValueKind is JsonValueKind.Object:
                foreach (var entry in element.EnumerateObject())
                {
                    CheckText(entry.Value, $"{path}.{entry.Name}", errors);
                }

                break;
            case JsonTypeInfoKind.Dictionary:
                errors.Add(new(path, Shown(element), "an object whose values are texts"));
                break;
            case JsonTypeInfoKind.None:
                CheckScalar(element, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path, errors);
                break;
            default:
                throw new UnreachableException($"{type.Type} is no input type");
        }
    }

    private static void CheckItems(
        JsonElement element, JsonTypeInfo type, string path,
        ImmutableArray<InputError>.Builder errors, ImmutableArray<InputError>.Builder unknown)
    {
        var items = ItemsOf(type);
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (items is null)
            {
                CheckText(item, $"{path}[{index++}]", errors);
            }
            else
            {
                CheckObject(item, items, $"{path}[{index++}]", errors, unknown);
            }
        }
    }

    /// <summary>What a list's items are if they are objects; null if they are texts.</summary>
    private static JsonTypeInfo? ItemsOf(JsonTypeInfo list) =>
        list.ElementType is { } item && item != typeof(string) ? list.Options.GetTypeInfo(item) : null;

    private static void CheckText(JsonElement element, string path, ImmutableArray<InputError>.Builder errors)
    {
        if (element.ValueKind is not JsonValueKind.String)
        {
            errors.Add(new(path, Shown(element), "a text"));
        }
    }

    private static void CheckScalar(JsonElement element, Type type, string path, ImmutableArray<InputError>.Builder errors)
    {
        var (isGood, allowed) = Type.GetTypeCode(type) switch
        {
            TypeCode.String => (element.ValueKind is JsonValueKind.String, "a text"),
            _ when type == typeof(DateTimeOffset) => (
                element.ValueKind is JsonValueKind.String && element.TryGetDateTimeOffset(out _),
                "a time as RFC 3339 has it, such as 2026-11-29T10:42:00Z"),
            TypeCode.Boolean => (element.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false"),
            TypeCode.Int32 => (element.ValueKind is JsonValueKind.Number && element.TryGetInt32(out _), "a whole number"),
            TypeCode.Int64 => (element.ValueKind is JsonValueKind.Number && element.TryGetInt64(out _), "a whole number"),
            TypeCode.Double =>
                (element.ValueKind is JsonValueKind.Number && element.TryGetDouble(out var number) && double.IsFinite(number), "a number"),
            TypeCode.Decimal => (element.ValueKind is JsonValueKind.Number && element.TryGetDecimal(out _), "a number"),
            _ => throw new UnreachableException($"{type} is no input type"),
        };
        if (!isGood)
        {
            errors.Add(new(path, Shown(element), allowed));
        }
    }

    /// <summary>What was given, short enough for an error message.</summary>
    private static string Shown(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => Short(element.GetString() ?? ""),
        _ => Short(element.GetRawText()),
    };

    private static string Short(string text) => text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}... ({text.Length} characters)";
}
