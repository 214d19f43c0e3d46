using Muster.Core.Groups;

namespace Muster.Core.Reconciling.Edges;

/// <summary>
/// How a check may change an hourly count: what is past drops out, who acts adds to the bucket of now, and what surely did
/// not happen is given back.
/// </summary>
internal static class HourlyEdge
{
    private const long BucketSeconds = 300;
    private const long WindowSeconds = 3600;

    public static void Check(CheckEdge edge, HourlyCount known, HourlyCount told, int begun, int undone, string field)
    {
        var now = edge.Now.ToUnixTimeSeconds();
        var slack = (long)CheckBounds.ClockSlack.TotalSeconds;
        var before = known.Buckets.ToLookup(bucket => bucket.Start, bucket => bucket.Count);
        var after = told.Buckets.ToLookup(bucket => bucket.Start, bucket => bucket.Count);
        edge.Require(
            told.Buckets.Length <= Math.Max(CheckBounds.BucketsMax, known.Buckets.Length)
                && told.Buckets.All(bucket => bucket.Count > 0 && (bucket.Start % BucketSeconds == 0 || before.Contains(bucket.Start)))
                && after.All(counts => counts.Count() == 1),
            field, null, $"at most {CheckBounds.BucketsMax} buckets of five minutes, each once and none empty");

        // What a bucket of now gained was planned by this check; what an older one gained, by none.
        var added = told.Buckets.Sum(bucket => (long)bucket.Count - Math.Min(bucket.Count, before[bucket.Start].FirstOrDefault()));
        var isNew = (HourlyBucket bucket) => bucket.Count > before[bucket.Start].FirstOrDefault();
        edge.Require(
            told.Buckets.All(bucket => bucket.Start <= now + slack || before.Contains(bucket.Start)), field, null, "no minutes to come");
        edge.RequireFrom(
            told.Buckets.Where(isNew).All(bucket => bucket.Start + BucketSeconds + slack >= now),
            field, null, "more only in the five minutes of now");
        edge.RequireFrom(
            added <= (edge.IsLeased ? begun : 0),
            field,
            added,
            edge.IsLeased ? "one more for each that was begun" : "no more without a lease");

        // What still counts is forgotten only for what is told not to have happened: the brake would forget with it.
        var missing = known.Buckets
            .Where(bucket => bucket.Start + BucketSeconds > now + slack - WindowSeconds)
            .Sum(bucket => (long)Math.Max(0, bucket.Count - after[bucket.Start].FirstOrDefault()));
        edge.RequireFrom(
            missing <= (edge.IsLeased ? undone : 0),
            field,
            missing,
            edge.IsLeased ? "one fewer for each that did not happen" : "no fewer within the hour");
    }
}
