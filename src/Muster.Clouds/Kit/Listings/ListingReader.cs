using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Clouds.Kit.Json;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Listings;

/// <summary>Reads a listing element by element, so that one that is odd does not hide the others.</summary>
/// <param name="call">Which call it answers, for what is told.</param>
/// <param name="fields">Where an element has what is wanted of an odd one.</param>
/// <param name="warnings">Gets what is odd.</param>
internal sealed class ListingReader(string call, OddFields fields, BoundedWarnings warnings)
{
    /// <summary>Reads the elements of an array: in one go when all are good, which they are.</summary>
    /// <typeparam name="T">An element.</typeparam>
    /// <typeparam name="TWhole">The answer.</typeparam>
    /// <param name="json">The whole answer.</param>
    /// <param name="wholeType">How it is written.</param>
    /// <param name="elements">Its array; null when there is none.</param>
    /// <param name="path">The field with the array; null where the answer is it.</param>
    /// <param name="type">How an element is written.</param>
    /// <param name="flaw">What is wrong with one that could be read; null when nothing is.</param>
    /// <exception cref="JsonException">It is no JSON, or there is no such array: nothing can be concluded from it.</exception>
    public static IEnumerable<(T? Good, OddElement? Odd)> Read<T, TWhole>(
        ReadOnlyMemory<byte> json, JsonTypeInfo<TWhole> wholeType, Func<TWhole, IReadOnlyList<T?>?> elements, string? path,
        JsonTypeInfo<T> type, Func<T, string?> flaw)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize(json.Span, wholeType) is { } whole && elements(whole) is { } all
                && all.All(one => one is not null && flaw(one) is null))
            {
                return all.Select(one => (one, (OddElement?)null));
            }
        }
        catch (JsonException)
        {
            // One odd element makes all of it unreadable. What is wrong is found below, or thrown again.
        }

        return ReadOneByOne(json, path, element => ReadOne(element, type, flaw));
    }

    /// <summary>Reads the elements of an array.</summary>
    /// <param name="json">The whole answer.</param>
    /// <param name="path">The field with the array; null where the answer is it.</param>
    /// <param name="read">Reads an element.</param>
    /// <param name="flaw">What is wrong with one that could be read; null when nothing is.</param>
    /// <exception cref="JsonException">It is no JSON, or there is no such array: nothing can be concluded from it.</exception>
    public static ImmutableArray<(T? Good, OddElement? Odd)> Read<T>(
        ReadOnlyMemory<byte> json, string? path, Func<JsonFields, T> read, Func<T, string?> flaw) where T : class =>
        ReadOneByOne(json, path, element => ReadOne(element, read, flaw));

    private static ImmutableArray<(T? Good, OddElement? Odd)> ReadOneByOne<T>(
        ReadOnlyMemory<byte> json, string? path, Func<JsonElement, (T? Good, OddElement? Odd)> readOne) where T : class
    {
        using var document = JsonDocument.Parse(json);
        var array = document.RootElement;
        if (path is not null)
        {
            array = JsonTexts.Field(array, path) ?? throw new JsonException($"it has no field {path}");
        }

        if (array.ValueKind is not JsonValueKind.Array)
        {
            throw new JsonException($"a list is expected, and it is {array.ValueKind}");
        }

        var read = ImmutableArray.CreateBuilder<(T?, OddElement?)>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
        {
            read.Add(readOne(element));
        }

        return read.MoveToImmutable();
    }

    /// <summary>One element, or what is odd about it.</summary>
    public static (T? Good, OddElement? Odd) ReadOne<T>(JsonElement element, JsonTypeInfo<T> type, Func<T, string?> flaw)
        where T : class => ReadOne(element, () => element.Deserialize(type), flaw);

    /// <summary>One element, or what is odd about it.</summary>
    public static (T? Good, OddElement? Odd) ReadOne<T>(JsonElement element, Func<JsonFields, T> read, Func<T, string?> flaw)
        where T : class => ReadOne(element, () => read(new(element)), flaw);

    private static (T? Good, OddElement? Odd) ReadOne<T>(JsonElement element, Func<T?> read, Func<T, string?> flaw) where T : class
    {
        try
        {
            var value = read();
            var flawed = value is null ? "it is null" : flaw(value);
            return flawed is null ? (value, null) : (null, new OddElement(element.Clone(), flawed));
        }
        catch (JsonException error)
        {
            var why = error.Path is { } path and not "$"
                ? $"{ForeignText.Shown(path)} is not what it should be"
                : "it is no object with the fields expected";
            return (null, new OddElement(element.Clone(), why));
        }
    }

    /// <summary>What an odd element is to a listing; it is told.</summary>
    public Instance? Take(OddElement odd, InstanceFilter filter, Func<string, string>? mask = null)
    {
        var instance = odd.AsInstance(fields, filter);
        warnings.Tell(odd.Told(call, fields, instance, mask));
        return instance;
    }
}
