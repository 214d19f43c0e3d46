namespace Muster.Core.Health;

/// <summary>What one source says of one instance's health.</summary>
/// <param name="Source">Who says so: <c>probe</c>, <c>report</c>, a person; 1 to <see cref="SourceMax"/> characters.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Since">When it first said so without a break.</param>
/// <param name="Detail">Why, in the source's words, at most <see cref="DetailMax"/> characters; null when it does not say.</param>
/// <param name="ExpiresAt">Until when that holds unless it is said again; null for as long as nothing else is said.</param>
/// <param name="Ttl">
/// Of a heartbeat the time within which the next one is to come; null of all others. Silence for that long means unhealthy, and only who
/// listened all the time can tell (<see cref="Members.NoteChange.Listened"/>).
/// </param>
/// <param name="Load">
/// How busy the instance is, where whoever reports says so; see <see cref="InstanceLoad"/>. No verdict depends on it.
/// </param>
public sealed record Finding(
    string Source,
    Verdict Verdict,
    DateTimeOffset Since,
    string? Detail = null,
    DateTimeOffset? ExpiresAt = null,
    TimeSpan? Ttl = null,
    double? Load = null)
{
    /// <summary>Most characters of a source's name.</summary>
    public const int SourceMax = 64;

    /// <summary>Most characters of a detail.</summary>
    public const int DetailMax = 200;

    /// <summary>Whether it is a heartbeat whose silence nobody has noted.</summary>
    public bool IsBeating => Ttl is not null && ExpiresAt is not null;

    /// <summary>Whether it is a heartbeat that has stopped: whoever listened all the time has noted that.</summary>
    public bool HasStopped => Ttl is not null && ExpiresAt is null;

    /// <summary>What it comes to at an instant: what holds no longer is unknown.</summary>
    public Verdict At(DateTimeOffset now) => ExpiresAt <= now ? Verdict.Unknown : Verdict;

    /// <summary>What is left of a heartbeat that has stopped.</summary>
    public Finding Stopped() => this with
    {
        Verdict = Verdict.Unhealthy,
        Since = ExpiresAt ?? Since,
        Detail = Ttl is { } ttl ? $"silent for longer than {DurationText.Exactly(ttl)}" : Detail,
        ExpiresAt = null,
        Load = null,
    };
}
