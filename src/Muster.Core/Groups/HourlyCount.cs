using System.Collections.Immutable;

using Muster.Core.Reconciling;

namespace Muster.Core.Groups;

/// <summary>How often something happened in the last hour, in five-minute buckets: small enough to store with every group.</summary>
/// <param name="Buckets">Start of each bucket (Unix seconds) and its count; oldest first, none empty.</param>
public sealed record HourlyCount(ImmutableArray<HourlyBucket> Buckets)
{
    private const long BucketSeconds = 300;
    private const long WindowSeconds = 3600;

    /// <summary>Nothing yet.</summary>
    public static HourlyCount Empty { get; } = new([]);

    /// <summary>The sum over the last hour; a bucket counts until all of it is past.</summary>
    public int At(DateTimeOffset now)
    {
        var oldest = now.ToUnixTimeSeconds() - WindowSeconds;
        return Buckets.Where(bucket => bucket.Start + BucketSeconds > oldest).Sum(bucket => bucket.Count);
    }

    /// <summary>With <paramref name="count"/> more at <paramref name="now"/>, and what is past dropped.</summary>
    public HourlyCount Add(int count, DateTimeOffset now)
    {
        if (count == 0)
        {
            return this;
        }

        var seconds = now.ToUnixTimeSeconds();
        var start = StartOf(now);
        var kept = Buckets.RemoveAll(bucket => bucket.Start + BucketSeconds <= seconds - WindowSeconds);
        var index = kept.FindIndex(bucket => bucket.Start == start);
        return new(index < 0
            ? kept.Add(new(start, count))
            : kept.SetItem(index, new(start, kept[index].Count + count)));
    }

    /// <summary>Without one that was counted at <paramref name="countedAt"/> and did not happen. What is past already stays so.</summary>
    public HourlyCount GiveBack(DateTimeOffset countedAt)
    {
        var start = StartOf(countedAt);
        var index = Buckets.FindIndex(bucket => bucket.Start == start);
        return index < 0 ? this
            : Buckets[index].Count <= 1 ? new(Buckets.RemoveAt(index))
            : new(Buckets.SetItem(index, new(start, Buckets[index].Count - 1)));
    }

    /// <summary>When the oldest bucket stops to count; null when there is none.</summary>
    public DateTimeOffset? NextReleaseAt(DateTimeOffset now)
    {
        var oldest = now.ToUnixTimeSeconds() - WindowSeconds;
        var counting = Buckets.Where(bucket => bucket.Start + BucketSeconds > oldest).ToImmutableArray();
        return counting.IsEmpty
            ? null
            : DateTimeOffset.FromUnixTimeSeconds(counting.Min(bucket => bucket.Start) + BucketSeconds + WindowSeconds);
    }

    private static long StartOf(DateTimeOffset instant)
    {
        var seconds = instant.ToUnixTimeSeconds();
        return seconds - (seconds % BucketSeconds);
    }

    /// <summary>By content: record equality would compare the array by reference.</summary>
    public bool Equals(HourlyCount? other) => other is not null && Buckets.SequenceEqual(other.Buckets);

    /// <inheritdoc/>
    public override int GetHashCode() => Buckets.Length == 0 ? 0 : Buckets[^1].GetHashCode();
}

/// <summary>Five minutes' count.</summary>
/// <param name="Start">Unix seconds.</param>
/// <param name="Count">How often.</param>
public readonly record struct HourlyBucket(long Start, int Count);

internal static class ImmutableArrayExtensions
{
    /// <summary>Index of the first match; -1 when there is none.</summary>
    public static int FindIndex<T>(this ImmutableArray<T> array, Func<T, bool> predicate)
    {
        for (var i = 0; i < array.Length; i++)
        {
            if (predicate(array[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
