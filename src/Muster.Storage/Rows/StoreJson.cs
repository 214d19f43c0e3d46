using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Storage.Rows;

/// <summary>
/// The values that a column holds as JSON, in shapes of their own: a member renamed in the domain does not make older rows
/// unreadable. Nothing-values that most rows have are null, which costs neither space nor parsing.
/// </summary>
internal static class StoreJson
{
    public static string Write(ImmutableArray<string> texts) => Write(texts, StoreJsonContext.Default.ImmutableArrayString);

    public static ImmutableArray<string> ReadTexts(string json) => Read(json, StoreJsonContext.Default.ImmutableArrayString);

    public static string Write(ImmutableSortedDictionary<string, string> map) =>
        map.IsEmpty ? "{}" : Write(new Dictionary<string, string>(map), StoreJsonContext.Default.DictionaryStringString);

    // Ordinal whatever the culture: the same map must come back in the same order everywhere.
    public static ImmutableSortedDictionary<string, string> ReadMap(string json) =>
        json == "{}"
            ? ImmutableSortedDictionary<string, string>.Empty
            : Read(json, StoreJsonContext.Default.DictionaryStringString).ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Nothing stays nothing: a launch of before its tags were kept.</summary>
    public static string? Write(LaunchTags? tags) => tags is null ? null : Write(tags.Values);

    public static LaunchTags? ReadTags(string? json) => json is null ? null : new(ReadMap(json));

    public static string Write(Brakes brakes) => Write(
        new BrakesJson(
            brakes.LaunchesInFlightMax,
            brakes.LaunchesPerCheckMax,
            brakes.TerminationsPerCheckMax,
            brakes.LaunchesPerHourMax,
            brakes.TerminationsPerHourMax),
        StoreJsonContext.Default.BrakesJson);

    public static Brakes ReadBrakes(string json)
    {
        var kept = Read(json, StoreJsonContext.Default.BrakesJson);
        return new Brakes
        {
            LaunchesInFlightMax = kept.LaunchesInFlightMax,
            LaunchesPerCheckMax = kept.LaunchesPerCheckMax,
            TerminationsPerCheckMax = kept.TerminationsPerCheckMax,
            LaunchesPerHourMax = kept.LaunchesPerHourMax,
            TerminationsPerHourMax = kept.TerminationsPerHourMax,
        };
    }

    public static string? Write(LaunchBreaker breaker) => breaker == LaunchBreaker.Closed
        ? null
        : Write(
            new BreakerJson(
                breaker.FailuresInRow,
                Microseconds.From(breaker.FailedAt),
                Microseconds.From(breaker.ProbeAt),
                Microseconds.From(breaker.ProbeInterval),
                breaker.LastFailure),
            StoreJsonContext.Default.BreakerJson);

    public static LaunchBreaker ReadBreaker(string? json)
    {
        if (json is null)
        {
            return LaunchBreaker.Closed;
        }

        var kept = Read(json, StoreJsonContext.Default.BreakerJson);
        return new LaunchBreaker
        {
            FailuresInRow = kept.FailuresInRow,
            FailedAt = kept.FailedAtUs is { } failedAt ? Microseconds.ToTime(failedAt) : null,
            ProbeAt = kept.ProbeAtUs is { } probeAt ? Microseconds.ToTime(probeAt) : null,
            ProbeInterval = Microseconds.ToSpan(kept.ProbeIntervalUs),
            LastFailure = kept.LastFailure,
        };
    }

    public static string? Write(HourlyCount count) => count.Buckets.IsEmpty
        ? null
        : Write([.. count.Buckets.Select(bucket => new BucketJson(bucket.Start, bucket.Count))], StoreJsonContext.Default.BucketJsonArray);

    public static HourlyCount ReadCount(string? json) => json is null
        ? HourlyCount.Empty
        : new([.. Read(json, StoreJsonContext.Default.BucketJsonArray).Select(kept => new HourlyBucket(kept.StartS, kept.Count))]);

    public static string? Write(ImmutableArray<RecentTermination> terminations) => terminations.IsEmpty
        ? null
        : Write(
            [.. terminations.Select(each => new TerminationJson(
                each.Instance.Value,
                Microseconds.From(each.At),
                each.Reason,
                each.IsTold,
                Microseconds.From(each.FirstAt),
                each.Failures,
                each.Failure,
                Microseconds.From(each.RetryAt)))],
            StoreJsonContext.Default.TerminationJsonArray);

    public static ImmutableArray<RecentTermination> ReadTerminations(string? json) => json is null
        ? []
        : [.. Read(json, StoreJsonContext.Default.TerminationJsonArray)
            .Select(kept => new RecentTermination(new(kept.Instance), Microseconds.ToTime(kept.AtUs), kept.Reason, kept.IsTold)
            {
                FirstAt = kept.FirstAtUs is { } firstAt ? Microseconds.ToTime(firstAt) : null,
                Failures = kept.Failures,
                Failure = kept.Failure,
                RetryAt = kept.RetryAtUs is { } retryAt ? Microseconds.ToTime(retryAt) : null,
            })];

    public static string? Write(ImmutableArray<BootingInstance> booting) => booting.IsDefaultOrEmpty
        ? null
        : Write([.. booting.Select(each => new BootingJson(each.Instance.Value, Microseconds.From(each.Since)))], StoreJsonContext.Default.BootingJsonArray);

    public static ImmutableArray<BootingInstance> ReadBooting(string? json) => json is null
        ? []
        : [.. Read(json, StoreJsonContext.Default.BootingJsonArray).Select(kept => new BootingInstance(new(kept.Instance), Microseconds.ToTime(kept.SinceUs)))];

    public static string Write(InstallationPause pause) => Write(
        new PauseJson(Microseconds.From(pause.Since), pause.By, pause.Reason, [.. pause.Strangers]), StoreJsonContext.Default.PauseJson);

    public static InstallationPause ReadPause(string json)
    {
        var kept = Read(json, StoreJsonContext.Default.PauseJson);
        return new(Microseconds.ToTime(kept.SinceUs), kept.By, kept.Reason, [.. kept.Strangers]);
    }

    public static string Write(SealedSecret secret) => Write(new SecretJson(secret.Scheme, secret.Data), StoreJsonContext.Default.SecretJson);

    public static SealedSecret ReadSecret(string json)
    {
        var kept = Read(json, StoreJsonContext.Default.SecretJson);
        return new(kept.Scheme, kept.Data);
    }

    private static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static T Read<T>(string json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type)
        ?? throw new InvalidDataException($"the store holds null where a {typeof(T).Name} belongs");
}

internal sealed record BrakesJson(
    int LaunchesInFlightMax, int LaunchesPerCheckMax, int TerminationsPerCheckMax, int LaunchesPerHourMax, int TerminationsPerHourMax);

internal sealed record BreakerJson(
    int FailuresInRow, long? FailedAtUs, long? ProbeAtUs, long ProbeIntervalUs, string? LastFailure);

internal sealed record BucketJson(long StartS, int Count);

/// <summary>What the oldest rows have comes first; the rest is left out where there is nothing to say.</summary>
internal sealed record TerminationJson(
    string Instance,
    long AtUs,
    string Reason,
    bool IsTold,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long? FirstAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Failures = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] string? Failure = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long? RetryAtUs = null);

internal sealed record BootingJson(string Instance, long SinceUs);

internal sealed record PauseJson(long SinceUs, string By, string Reason, string[] Strangers);

internal sealed record SecretJson(string Scheme, string Data);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(BrakesJson))]
[JsonSerializable(typeof(BreakerJson))]
[JsonSerializable(typeof(BucketJson[]))]
[JsonSerializable(typeof(TerminationJson[]))]
[JsonSerializable(typeof(BootingJson[]))]
[JsonSerializable(typeof(PauseJson))]
[JsonSerializable(typeof(SecretJson))]
internal sealed partial class StoreJsonContext : JsonSerializerContext;
