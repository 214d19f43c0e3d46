using System.Buffers.Binary;
using System.Collections.Immutable;

using Muster.Core.Checks;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>
/// The last checks that this server made, in memory: a row in the store for each would cost more than the checks do. Safe to share.
/// </summary>
/// <remarks>
/// A run takes 40 bytes, and words only where they differ from those of the group's run before. See
/// docs/decisions/0081-the-history-of-checks.md for what 10,000 groups come to.
/// </remarks>
public sealed class CheckHistory
{
    /// <summary>How many of a group are kept at most.</summary>
    public const int RunsOfGroupMax = 20;

    /// <summary>How many are kept in all: as many as 10,000 groups have. With more groups each keeps fewer.</summary>
    public const int RunsMax = 10_000 * RunsOfGroupMax;

    /// <summary>Groups whose last run is older are forgotten when room is needed: gone, or another server's.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromDays(2);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<GroupId, CheckRing> _rings = [];
    private int _tidyAt = 1024;

    /// <summary>Hears of every run of a check, wherever it ran. Called from many threads; must neither block nor throw.</summary>
    public event Action<CheckRun>? Told;

    /// <summary>Where these checks run: this server's address, once it is known.</summary>
    public string Where { get; set; } = "this server";

    /// <summary>Keeps a run that ended with a report.</summary>
    public void Keep(CheckReport report, CheckTiming timing)
    {
        ArgumentNullException.ThrowIfNull(report);
        Keep(report.Group, timing, report.Outcome, report.Plan?.Explanation ?? report.State.Reason);
        if (report.ArchivedAt is not null)
        {
            Forget(report.Group);
        }
    }

    /// <summary>Keeps a run.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="timing">When.</param>
    /// <param name="outcome">How it ended; null when it broke off.</param>
    /// <param name="reason">What it found, or why it broke off, in a sentence without secrets.</param>
    public void Keep(GroupId group, CheckTiming timing, CheckOutcome? outcome, string reason)
    {
        CheckRing.Entry entry;
        lock (_gate)
        {
            var ring = RingOf_NeedsGate(group, timing.StartedAt);
            var before = ring?.Newest?.Reason;
            var shared = reason == before ? before : reason;
            entry = new(timing.StartedAt.UtcTicks, timing.DueAt?.UtcTicks ?? 0, timing.Duration.Ticks, outcome, shared);
            ring?.Add(entry, Math.Clamp(RunsMax / _rings.Count, 1, RunsOfGroupMax));
        }

        Told?.Invoke(RunOf(group, entry));
    }

    /// <summary>Tells of a run that is kept elsewhere.</summary>
    public void Tell(CheckRun run) => Told?.Invoke(run);

    /// <summary>A group's runs, newest first, at most <paramref name="limit"/>: 1 or more.</summary>
    public ImmutableArray<CheckRun> Of(GroupId group, int limit)
    {
        lock (_gate)
        {
            return _rings.TryGetValue(group, out var ring)
                ? CheckRun.NewestOf(ring.NewestFirst().Select(entry => RunOf(group, entry)), limit)
                : [];
        }
    }

    private void Forget(GroupId group)
    {
        lock (_gate)
        {
            _rings.Remove(group);
        }
    }

    /// <summary>Where the group's runs are kept; null when there are so many groups that not even one of each can be.</summary>
    private CheckRing? RingOf_NeedsGate(GroupId group, DateTimeOffset now)
    {
        if (_rings.TryGetValue(group, out var ring))
        {
            return ring;
        }

        if (_rings.Count >= _tidyAt)
        {
            var before = (now - IdleMax).UtcTicks;
            foreach (var (idle, _) in _rings.Where(pair => pair.Value.Newest is { } newest && newest.StartedAt < before).ToList())
            {
                _rings.Remove(idle);
            }

            _tidyAt = Math.Max(1024, 2 * _rings.Count);
        }

        return _rings.Count < RunsMax ? _rings[group] = new() : null;
    }

    private CheckRun RunOf(GroupId group, CheckRing.Entry entry) => new()
    {
        Id = IdOf(group, entry),
        Group = group,
        Where = Where,
        DueAt = entry.DueAt == 0 ? null : new(entry.DueAt, TimeSpan.Zero),
        StartedAt = new(entry.StartedAt, TimeSpan.Zero),
        Duration = new(entry.Duration),
        Outcome = entry.Outcome,
        Reason = entry.Reason,
    };

    /// <summary>
    /// No two checks of a group start at one instant in one server, so the id follows from both and needs no room of its own.
    /// </summary>
    private static Guid IdOf(GroupId group, CheckRing.Entry entry)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = group.Value.TryWriteBytes(bytes);
        var tail = bytes[8..];
        BinaryPrimitives.WriteInt64LittleEndian(tail, BinaryPrimitives.ReadInt64LittleEndian(tail) ^ entry.StartedAt);
        return new(bytes);
    }
}
