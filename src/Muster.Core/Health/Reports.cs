using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Core.Health;

/// <summary>What somebody outside may say of an instance's health. Pure.</summary>
public static class Reports
{
    /// <summary>The source of reports that name none.</summary>
    public const string Source = "report";

    /// <summary>The source of what an instance says of itself; more of its own begin so, and a colon.</summary>
    public const string Instance = "instance";

    /// <summary>The source of what a person wants of one instance.</summary>
    public const string Person = "person";

    /// <summary>The source of probes.</summary>
    public const string Probe = "probe";

    /// <summary>The source that is the cloud's own state.</summary>
    public const string Cloud = "cloud";

    /// <summary>The verdicts as they are written.</summary>
    public const string VerdictWords = "healthy, unhealthy or unknown";

    /// <summary>Shortest time after which silence means something.</summary>
    public static readonly TimeSpan TtlMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest.</summary>
    public static readonly TimeSpan TtlMax = TimeSpan.FromHours(24);

    // The last five are what sources of traffic find.
    private static readonly string[] Reserved = [Probe, Person, Cloud, Instance, "balancer", "consul", "exec", "haproxy", "nomad"];

    /// <summary>How a verdict is written.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Healthy => "healthy",
        Verdict.Unhealthy => "unhealthy",
        Verdict.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };

    /// <summary>A report as a finding.</summary>
    /// <param name="verdict">As it was written; required.</param>
    /// <param name="source">Who says so; null for <see cref="Source"/>.</param>
    /// <param name="detail">Why; null for nothing.</param>
    /// <param name="ttlSeconds">
    /// For how long that holds: silence after it means unhealthy. Null where it stands until the next word.
    /// </param>
    /// <param name="load">How busy the instance is; null where that is not said.</param>
    /// <param name="now">When it was said.</param>
    /// <param name="ofItself">Whether the instance says it of itself: it never speaks in another source's name.</param>
    /// <exception cref="InputException">Something is wrong: all of it.</exception>
    public static Finding Read(
        string? verdict, string? source, string? detail, double? ttlSeconds, double? load, DateTimeOffset now, bool ofItself = false)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        Verdict? said = verdict switch
        {
            "healthy" => Verdict.Healthy,
            "unhealthy" => Verdict.Unhealthy,
            "unknown" => Verdict.Unknown,
            _ => null,
        };
        if (said is null)
        {
            errors.Add(new("verdict", InputError.Shown(verdict), VerdictWords));
        }

        var from = !ofItself ? source ?? Source : source is null or Instance ? Instance : $"{Instance}:{source}";
        if (from.Length is 0 or > Finding.SourceMax || !from.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':'))
        {
            errors.Add(new("source", InputError.Shown(from), $"1 to {Finding.SourceMax} characters of A-Z a-z 0-9 . _ - :"));
        }
        else if (!ofItself && (Reserved.Contains(from) || from.StartsWith($"{Instance}:", StringComparison.Ordinal)))
        {
            errors.Add(new(
                "source", from,
                "another name: probe, person, cloud, balancer, consul, exec, haproxy and nomad are Muster's own, and instance the "
                + "instance's"));
        }

        if (detail is not null && (detail.Length > Finding.DetailMax || detail.Any(char.IsControl)))
        {
            errors.Add(new("detail", InputError.Shown(detail), $"at most {Finding.DetailMax} characters, no control characters"));
        }

        if (ttlSeconds is { } ttl && !(ttl >= TtlMin.TotalSeconds && ttl <= TtlMax.TotalSeconds))
        {
            errors.Add(new(
                "ttl_s", ttl.ToString(CultureInfo.InvariantCulture), $"{TtlMin.TotalSeconds:0} to {TtlMax.TotalSeconds:0} seconds"));
        }

        if (load is { } busy && !InstanceLoad.IsLoad(busy))
        {
            errors.Add(new("load", busy.ToString(CultureInfo.InvariantCulture), "a number from 0 to 1e15"));
        }

        InputException.ThrowIfAny(errors);
        return new(from, said!.Value, now, string.IsNullOrWhiteSpace(detail) ? null : detail.Trim())
        {
            ExpiresAt = ttlSeconds is { } holds ? now + TimeSpan.FromSeconds(holds) : null,
            Ttl = ttlSeconds is { } silence ? TimeSpan.FromSeconds(silence) : null,
            Load = load,
        };
    }
}
