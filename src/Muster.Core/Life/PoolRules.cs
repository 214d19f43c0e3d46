using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;
using Muster.Core.Placements;

namespace Muster.Core.Life;

/// <summary>What a <see cref="Pool"/> must be, and its words.</summary>
public static class PoolRules
{
    /// <summary>The ways to rest as they are written.</summary>
    public const string ModeWords = $"{Stopped} or {Suspended}";

    /// <summary>The word for resting with the disk alone.</summary>
    public const string Stopped = "stopped";

    /// <summary>The word for resting with the memory kept.</summary>
    public const string Suspended = "suspended";

    /// <summary>Most instances of a pool that is a number.</summary>
    public const int SizeMax = 1_000;

    /// <summary>The sizes of a pool as they are written.</summary>
    public static readonly string SizeWords = $"a number from 1 to {SizeMax}, or 1% to {Portion.PercentMax}%";

    /// <summary>Shortest time after which a resting instance is renewed: below, a pool would do little else.</summary>
    public static readonly TimeSpan AgeMin = TimeSpan.FromHours(1);

    /// <summary>Longest; whoever wants more wants none.</summary>
    public static readonly TimeSpan AgeMaxMax = TimeSpan.FromDays(3650);

    /// <summary>The times of renewal as they are written over HTTP.</summary>
    private static readonly string AgeWords = string.Create(
        CultureInfo.InvariantCulture, $"{AgeMin.TotalSeconds} to {AgeMaxMax.TotalSeconds} seconds, or 0 for no limit");

    /// <summary>Whether a pool may be of that size.</summary>
    public static bool Admits(Portion size) => size.IsPercent || size.Value <= SizeMax;

    /// <summary>What would be allowed in place of what a pool says; null when all of it is.</summary>
    public static string? Forbids(Pool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (!Admits(pool.Size))
        {
            return SizeWords;
        }

        return pool.AgeMax is null || Admits(pool.AgeMax.Value.TotalSeconds) ? null : AgeWords;
    }

    /// <summary>How it is written in which manner they rest.</summary>
    public static string ModeOf(Pool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return pool.IsSuspended ? Suspended : Stopped;
    }

    /// <summary>The order to a cloud by which one is put to rest.</summary>
    public static StopManner MannerOf(Pool? pool) => pool is { IsSuspended: true } ? StopManner.KeepingMemory : StopManner.Orderly;

    /// <summary>A pool in a few words: <c>2 stopped, takes surplus, renewed after 7d</c>.</summary>
    public static string Of(Pool? pool) => pool is null
        ? "off"
        : $"{pool.Size} {ModeOf(pool)}{(pool.TakesSurplus ? ", takes surplus" : "")}"
            + (pool.AgeMax is { } most ? $", renewed after {DurationText.Format(most)}" : "");

    /// <summary>What is in force after what was asked; null for no pool.</summary>
    /// <param name="edit">What was asked; null for nothing.</param>
    /// <param name="current">What is in force; null for nothing.</param>
    /// <param name="clouds">The clouds that the group is to live on; more than once is as once.</param>
    /// <param name="errors">Gets what is wrong, as <c>pool.size</c> and the like.</param>
    public static Pool? Resolve(
        PoolEdit? edit, Pool? current, IEnumerable<string> clouds, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(clouds);
        ArgumentNullException.ThrowIfNull(errors);
        if (edit is null || (edit.IsSameElsewhere && current is null))
        {
            return current;
        }

        if (edit.IsNone)
        {
            return null;
        }

        var before = errors.Count;
        var pool = new Pool
        {
            Size = Sized(edit.Size, current, errors),
            IsSuspended = edit.Mode switch
            {
                null => current?.IsSuspended ?? false,
                Stopped => false,
                Suspended => true,
                _ => Wrong(edit.Mode, errors),
            },
            TakesSurplus = edit.TakesSurplus ?? current?.TakesSurplus ?? false,
            AgeMax = Aged(edit.AgeMaxSeconds, current?.AgeMax, errors),
        };
        if (errors.Count > before)
        {
            return current;
        }

        foreach (var cloud in clouds.Distinct(StringComparer.Ordinal).Where(cloud => !edit.CanStop(cloud, MannerOf(pool))))
        {
            errors.Add(edit.CanStop(cloud, StopManner.Orderly)
                ? new("pool.mode", ModeOf(pool), $"stopped: cloud {cloud} cannot suspend its instances")
                : new("pool", pool.Size.ToString(), $"none: cloud {cloud} cannot stop its instances and start them again"));
        }

        return pool;
    }

    private static bool Admits(double ageMaxSeconds) =>
        ageMaxSeconds >= AgeMin.TotalSeconds && ageMaxSeconds <= AgeMaxMax.TotalSeconds;

    private static Portion Sized(string? asked, Pool? current, ImmutableArray<InputError>.Builder errors)
    {
        if (asked is null && current is not null)
        {
            return current.Size;
        }

        if (Portion.TryParse(asked, out var size) && Admits(size))
        {
            return size;
        }

        errors.Add(new("pool.size", asked is null ? null : InputError.Shown(asked), SizeWords));
        return default;
    }

    private static bool Wrong(string mode, ImmutableArray<InputError>.Builder errors)
    {
        errors.Add(new("pool.mode", InputError.Shown(mode), ModeWords));
        return false;
    }

    private static TimeSpan? Aged(double? seconds, TimeSpan? otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (seconds is not { } asked)
        {
            return otherwise;
        }

        if (asked == 0)
        {
            return null;
        }

        if (Admits(asked))
        {
            return TimeSpan.FromSeconds(asked);
        }

        errors.Add(new("pool.age_max_s", asked.ToString(CultureInfo.InvariantCulture), AgeWords));
        return otherwise;
    }
}
