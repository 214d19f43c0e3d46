using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core.Metrics;

namespace Muster.Core.Backtesting;

/// <summary>Reads a load from text: lines of <c>time,value[,instances]</c>, or what Prometheus answers to a range query.</summary>
/// <remarks>Bounded by <see cref="ReplayedLoad.ReadingsMax"/>; every wrong line is told at once, the first few by their number.</remarks>
public static class LoadReader
{
    /// <summary>Most characters of a text: a hundred for each reading.</summary>
    public const int LengthMax = 100 * ReplayedLoad.ReadingsMax;

    // A screen full of errors says no more than a few.
    private const int ErrorsShown = 10;

    // Longer, and it is no number that anybody measured.
    private const int CellLengthMax = 64;

    // No metric that Muster reads covers more.
    private const int InstancesMax = 1_000_000;

    /// <summary>Reads either: JSON begins with a brace.</summary>
    /// <exception cref="InputException">It is neither; the field of an error is <paramref name="field"/> and the line.</exception>
    public static ImmutableArray<Reading> Read(string field, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().TrimStart().StartsWith("{") ? ReadPrometheus(field, text) : ReadCsv(field, text);
    }

    /// <summary>
    /// Reads lines of <c>time,value[,instances]</c>, in any order; a line of headings first is passed over, as are empty ones. A time is
    /// ISO 8601, UTC unless it says otherwise, or seconds or milliseconds since 1970.
    /// </summary>
    /// <param name="field">What errors call the text: an argument or a file.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">A line is none, or there are too many, or none.</exception>
    public static ImmutableArray<Reading> ReadCsv(string field, string text)
    {
        CheckLength(field, text);
        var readings = new List<Reading>();
        var errors = new List<InputError>();
        var (number, isFirst) = (0, true);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim().TrimStart('\uFEFF');
            if (line.IsEmpty)
            {
                continue;
            }

            if (ReadLine(line, out var reading) is not { } error)
            {
                readings.Add(reading);
            }
            else if (!isFirst || line.ContainsAnyInRange('0', '9'))
            {
                errors.Add(new($"{field} line {number}", VisibleText.OneLine(Shown(line)), error));
            }

            isFirst = false;
        }

        ThrowIfAny(errors);
        return Checked(field, readings);
    }

    /// <summary>
    /// Reads the answer to a range query. One series is one number for all; of several the mean is taken at each time, and how many there
    /// were. What is no number is passed over.
    /// </summary>
    /// <param name="field">What errors call the text: an argument or a file.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">It is no such answer, or one that has failed.</exception>
    public static ImmutableArray<Reading> ReadPrometheus(string field, string text)
    {
        CheckLength(field, text);
        const string Allowed = "what Prometheus answers to /api/v1/query_range: data.result with series of [time, \"value\"]";
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.TryGetProperty("status", out var status) && status.ValueEquals("error"))
            {
                var said = root.TryGetProperty("error", out var error) ? error.ToString() : "error";
                throw new InputException(field, VisibleText.OneLine(Shown(said)), "an answer with status success");
            }

            var data = root.GetProperty("data");
            if (data.GetProperty("resultType").GetString() != "matrix")
            {
                throw new InputException(
                    $"{field} data.resultType", data.GetProperty("resultType").GetString(), "matrix, as a range query gives");
            }

            var series = data.GetProperty("result").EnumerateArray().Select(one => one.GetProperty("values"));
            return Checked(field, Mean([.. series]));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException)
        {
            throw new InputException(field, VisibleText.OneLine(Shown(text)), Allowed);
        }
    }

    private static List<Reading> Mean(ImmutableArray<JsonElement> series)
    {
        var sums = new Dictionary<DateTimeOffset, (double Sum, int Count)>();
        foreach (var pair in series.SelectMany(values => values.EnumerateArray()))
        {
            var at = AtUnix(pair[0].GetDouble()) ?? throw new FormatException();
            if (double.TryParse(pair[1].GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && double.IsFinite(value))
            {
                var (sum, count) = sums.GetValueOrDefault(at);
                sums[at] = (sum + value, count + 1);
            }
        }

        return
        [
            .. sums.Select(one => new Reading(one.Key, one.Value.Sum / one.Value.Count, series.Length > 1 ? one.Value.Count : 0)),
        ];
    }

    private static string? ReadLine(ReadOnlySpan<char> line, out Reading reading)
    {
        reading = default;
        Span<Range> cells = stackalloc Range[5];
        var count = line.Split(cells, ',', StringSplitOptions.TrimEntries);
        if (count is not (2 or 3))
        {
            return "time,value or time,value,instances";
        }

        if (AtOf(line[cells[0]].Trim('"')) is not { } at)
        {
            return "a time first: 2026-06-01T08:00:00Z, or seconds since 1970";
        }

        var text = line[cells[1]].Trim('"');
        if (text.Length > CellLengthMax || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(value))
        {
            return "a number second: 82 or 0.25";
        }

        var instances = 0;
        if (count == 3 && !line[cells[2]].IsEmpty
            && (!int.TryParse(line[cells[2]].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out instances)
                || instances > InstancesMax))
        {
            return $"a number of instances third: 0 to {InstancesMax}";
        }

        reading = new(at, value, instances);
        return null;
    }

    private static DateTimeOffset? AtOf(ReadOnlySpan<char> text) =>
        text.Length > CellLengthMax ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var unix) ? AtUnix(unix)
        : DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
        : null;

    private static DateTimeOffset? AtUnix(double unix)
    {
        // No second of these three thousand years has so many digits.
        var seconds = unix >= 1e11 ? unix / 1000 : unix;
        return seconds is >= 0 and < 1e11 ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(seconds * 1000)) : null;
    }

    private static void CheckLength(string field, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LengthMax)
        {
            throw new InputException(field, $"{text.Length} characters", $"at most {LengthMax} characters: take longer steps");
        }
    }

    private static ImmutableArray<Reading> Checked(string field, List<Reading> readings) => readings.Count switch
    {
        0 => throw new InputException(field, "no reading", "lines of time,value, or a range from Prometheus"),
        > ReplayedLoad.ReadingsMax =>
            throw new InputException(field, $"{readings.Count} readings", $"at most {ReplayedLoad.ReadingsMax}: take longer steps"),
        _ => [.. readings.OrderBy(reading => reading.At)],
    };

    private static string Shown(ReadOnlySpan<char> text) => text.Length > CellLengthMax ? $"{text[..CellLengthMax]}..." : text.ToString();

    private static void ThrowIfAny(List<InputError> errors)
    {
        if (errors.Count > ErrorsShown)
        {
            var last = errors[ErrorsShown];
            var more = errors.Count - ErrorsShown - 1;
            errors = [.. errors.Take(ErrorsShown), more == 0 ? last : last with { Allowed = $"{last.Allowed}; and {more} more" }];
        }

        if (errors.Count > 0)
        {
            throw new InputException([.. errors]);
        }
    }
}
