using System.Collections.Immutable;
using System.Text.Json;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Prometheus;

/// <summary>An answer of <c>/api/v1/query</c>, read no further than it is understood.</summary>
/// <param name="Series">The series of a vector; a scalar is one without labels.</param>
/// <param name="Warnings">What the server warns of; empty for nothing.</param>
internal sealed record PrometheusAnswer(ImmutableArray<PrometheusSeries> Series, string Warnings)
{
    /// <summary>Series of one answer: ten instances each of ten thousand groups.</summary>
    public const int SeriesMax = 200_000;

    private const int WarningsToldMax = 3;

    /// <summary>Reads a good answer.</summary>
    /// <exception cref="MetricException">It is none of Prometheus, or of a type that has no current value for each series.</exception>
    public static PrometheusAnswer Read(ReadOnlyMemory<byte> body, string server)
    {
        using var document = Parse(body) ?? throw Foreigner(server);
        var root = document.RootElement;
        if (Member(root, "status") is not { ValueKind: JsonValueKind.String } status || status.GetString() != "success"
            || Member(root, "data") is not { } data || Member(data, "resultType") is not { ValueKind: JsonValueKind.String } type
            || Member(data, "result") is not { ValueKind: JsonValueKind.Array } result)
        {
            throw Foreigner(server);
        }

        return new(
            type.GetString() switch
            {
                "vector" => Vector(result, server),
                "scalar" => [new(ImmutableDictionary<string, string>.Empty, Value(result) ?? throw Foreigner(server))],
                "matrix" => throw new MetricException("the query comes to a range vector: ask for an instant, as in rate(requests[5m])"),
                "string" => throw new MetricException("the query comes to a string: a vector or a scalar is needed"),
                _ => throw Foreigner(server),
            },
            WarningsOf(root));
    }

    /// <summary>The server's own words of a refusal; null where it is none of Prometheus.</summary>
    public static (string Type, string Words)? ReadRefusal(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        return document is not null
            && Member(document.RootElement, "errorType") is { ValueKind: JsonValueKind.String } type
            && Member(document.RootElement, "error") is { ValueKind: JsonValueKind.String } words
            ? (type.GetString()!, words.GetString()!)
            : null;
    }

    private static ImmutableArray<PrometheusSeries> Vector(JsonElement result, string server)
    {
        if (result.GetArrayLength() > SeriesMax)
        {
            throw new MetricException($"the query comes to {result.GetArrayLength()} series: at most {SeriesMax}, aggregate them");
        }

        var series = ImmutableArray.CreateBuilder<PrometheusSeries>(result.GetArrayLength());
        foreach (var one in result.EnumerateArray())
        {
            if (Member(one, "histogram") is not null)
            {
                throw new MetricException("the query comes to histograms: take a number of them, as with histogram_quantile");
            }

            if (Member(one, "metric") is not { ValueKind: JsonValueKind.Object } labels || Member(one, "value") is not { } value)
            {
                throw Foreigner(server);
            }

            series.Add(new(Labels(labels), Value(value) ?? throw Foreigner(server)));
        }

        return series.MoveToImmutable();
    }

    private static ImmutableDictionary<string, string> Labels(JsonElement labels)
    {
        var read = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var label in labels.EnumerateObject())
        {
            if (label.Value.ValueKind == JsonValueKind.String)
            {
                read[label.Name] = label.Value.GetString()!;
            }
        }

        return read.ToImmutable();
    }

    /// <summary><c>[1700000000.1, "91"]</c>: the time is that of the query, and says nothing.</summary>
    private static double? Value(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 ? JsonNumbers.Read(pair[1]) : null;

    private static string WarningsOf(JsonElement root) =>
        Member(root, "warnings") is { ValueKind: JsonValueKind.Array } warnings
            ? string.Join("; ", warnings.EnumerateArray()
                .Where(warning => warning.ValueKind == JsonValueKind.String)
                .Take(WarningsToldMax)
                .Select(warning => Foreign.Words(warning.GetString()!)))
            : "";

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            // What it is instead, the caller says.
            return null;
        }
    }

    private static MetricException Foreigner(string server) =>
        new($"the answer of {server} is not one of Prometheus: does url name it, with what precedes /api/v1?");
}

/// <summary>One series.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value now; may be no number.</param>
internal sealed record PrometheusSeries(ImmutableDictionary<string, string> Labels, double Value);
