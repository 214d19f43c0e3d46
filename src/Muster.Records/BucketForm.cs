using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Reconciling;

namespace Muster.Records;

/// <summary>The form of one bucket of an <see cref="HourlyCount"/>. A count without buckets is nothing.</summary>
public sealed record BucketForm(long StartS, int Count)
{
    /// <summary>The moment at which a bucket ends to count, an hour and five minutes later, must be one, too.</summary>
    private static readonly long StartMax = DateTimeOffset.MaxValue.AddHours(-2).ToUnixTimeSeconds();

    private static readonly long StartMin = DateTimeOffset.MinValue.ToUnixTimeSeconds();

    /// <summary>The forms of a count; null of an empty one.</summary>
    public static BucketForm[]? Of(HourlyCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        return count.Buckets.IsEmpty ? null : [.. count.Buckets.Select(bucket => new BucketForm(bucket.Start, bucket.Count))];
    }

    /// <summary>The count of these buckets, or of nothing.</summary>
    /// <exception cref="OverflowException">One of them is beyond all dates.</exception>
    public static HourlyCount ToValue(BucketForm[]? forms) =>
        forms is null ? HourlyCount.Empty : new([.. Forms.Each(forms).Select(form => form.ToBucket())]);

    private HourlyBucket ToBucket() => StartS >= StartMin && StartS <= StartMax
        ? new(StartS, Count)
        : throw new OverflowException(string.Create(CultureInfo.InvariantCulture, $"{StartS} seconds since 1970 are beyond all dates"));
}
