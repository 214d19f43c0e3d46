using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Http;

/// <summary>Reads samples out of a JSON answer. Pure.</summary>
/// <param name="options">Where what is.</param>
internal sealed class JsonSamples(HttpSourceOptions options)
{
    /// <summary>Reads what the pointer names.</summary>
    /// <param name="root">The whole answer.</param>
    /// <param name="pointer">The pointer, with a group put in.</param>
    /// <exception cref="MetricException">There is nothing, or no number.</exception>
    public ImmutableArray<MetricSample> Read(JsonElement root, string pointer)
    {
        if (JsonPointer.Find(root, pointer) is not { } found)
        {
            throw new MetricException($"the answer has nothing at {Foreign.Words(pointer)}");
        }

        return found.ValueKind switch
        {
            JsonValueKind.Object => OfObject(root, found, pointer),
            JsonValueKind.Array => OfList(found, pointer),
            _ => [new(Number(found, pointer), null, TimeOf(root))],
        };
    }

    private ImmutableArray<MetricSample> OfObject(JsonElement root, JsonElement found, string pointer)
    {
        var at = TimeOf(root);
        return
        [
            .. found.EnumerateObject()
                .Take(SampleRules.SamplesMax + 1)
                .Select(member => new MetricSample(Number(member.Value, $"{pointer}/{member.Name}"), member.Name, at)),
        ];
    }

    private ImmutableArray<MetricSample> OfList(JsonElement found, string pointer) =>
    [
        .. found.EnumerateArray().Take(SampleRules.SamplesMax + 1).Select((item, index) =>
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}");
            var instance = JsonPointer.Find(item, options.InstancePointer);
            return instance is not { ValueKind: JsonValueKind.String } || instance.Value.GetString() is not { Length: > 0 } name
                ? throw new MetricException($"the answer names no instance at {Foreign.Words(place + options.InstancePointer)}")
                : JsonPointer.Find(item, options.ValuePointer) is not { } value
                    ? throw new MetricException($"the answer has nothing at {Foreign.Words(place + options.ValuePointer)}")
                    : new MetricSample(Number(value, place + options.ValuePointer), name, TimeOf(item));
        }),
    ];

    private static double Number(JsonElement element, string place) =>
        JsonNumbers.Read(element)
        ?? throw new MetricException($"the answer has {JsonNumbers.Kind(element)} at {Foreign.Words(place)}: a number is needed");

    private DateTimeOffset? TimeOf(JsonElement element)
    {
        if (options.TimePointer is not { } pointer)
        {
            return null;
        }

        var found = JsonPointer.Find(element, pointer)
            ?? throw new MetricException($"the answer has no time at {Foreign.Words(pointer)}");
        if (found.ValueKind == JsonValueKind.Number && JsonNumbers.Read(found) is > -1e10 and < 1e11 and var seconds)
        {
            return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        }

        return found.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(
                found.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new MetricException(
                $"the answer has {JsonNumbers.Kind(found)} at {Foreign.Words(pointer)}: seconds since 1970, or 2026-03-01T12:00:00Z");
    }
}
