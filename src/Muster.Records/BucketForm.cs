using Muster.Core.Groups;
using Muster.Core.Reconciling;

namespace Muster.Records;

/// <summary>The form of one bucket of an <see cref="HourlyCount"/>. A count without buckets is nothing.</summary>
public sealed record BucketForm(long StartS, int Count)
{
    /// <summary>The forms of a count; null of an empty one.</summary>
    public static BucketForm[]? Of(HourlyCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        return count.Buckets.IsEmpty ? null : [.. count.Buckets.Select(bucket => new BucketForm(bucket.Start, bucket.Count))];
    }

    /// <summary>The count of these buckets, or of nothing.</summary>
    public static HourlyCount ToValue(BucketForm[]? forms) =>
        forms is null ? HourlyCount.Empty : new([.. Forms.Each(forms).Select(form => new HourlyBucket(form.StartS, form.Count))]);
}
