using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Exec;

/// <summary>
/// Reads what a program printed: one number; a line <c>INSTANCE NUMBER</c> for each instance; or JSON, an object of numbers. Pure.
/// </summary>
internal static class ExecOutput
{
    private const string Allowed = "one number, lines of INSTANCE NUMBER, or JSON: a number, or an object with a number for each instance";

    /// <summary>Reads it.</summary>
    /// <exception cref="MetricException">It is none of these.</exception>
    public static ImmutableArray<MetricSample> Read(string printed)
    {
        var text = printed.Trim();
        return text.Length == 0 ? throw new MetricException($"the program prints nothing: {Allowed}")
            : text[0] is '{' or '[' ? ReadJson(text)
            : JsonNumbers.Parse(text) is { } number ? [new(number)]
            : ReadLines(text);
    }

    private static ImmutableArray<MetricSample> ReadLines(string text)
    {
        var samples = ImmutableArray.CreateBuilder<MetricSample>();
        var lineNumber = 0;
        foreach (var line in text.Split('\n'))
        {
            lineNumber++;
            var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (words.Length != 2 || JsonNumbers.Parse(words[1]) is not { } value)
            {
                throw new MetricException(string.Create(
                    CultureInfo.InvariantCulture, $"line {lineNumber} of what the program prints is '{Foreign.Words(line)}': {Allowed}"));
            }

            samples.Add(new(value, words[0]));
            if (samples.Count > SampleRules.SamplesMax)
            {
                // Told by the rules for samples.
                break;
            }
        }

        return samples.ToImmutable();
    }

    private static ImmutableArray<MetricSample> ReadJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return
                [
                    .. document.RootElement.EnumerateObject().Take(SampleRules.SamplesMax + 1).Select(member => new MetricSample(
                        JsonNumbers.Read(member.Value)
                            ?? throw new MetricException(
                                $"the program prints {JsonNumbers.Kind(member.Value)} for {Foreign.Words(member.Name)}: {Allowed}"),
                        member.Name)),
                ];
            }

            throw new MetricException($"the program prints {JsonNumbers.Kind(document.RootElement)}: {Allowed}");
        }
        catch (JsonException error)
        {
            throw new MetricException($"the program prints '{Foreign.Words(text)}': {Allowed}", error);
        }
    }
}
