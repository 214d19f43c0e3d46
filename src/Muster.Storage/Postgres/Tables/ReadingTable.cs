using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>What policies read, in chunks.</summary>
internal static class ReadingTable
{
    /// <summary>Chunks in one statement: a few megabytes at most, and few statements for ten thousand groups.</summary>
    private const int StatementMax = 2000;

    // Chunks of groups that do not live any more are passed over, and those that are older than what stands in their place.
    private static readonly Statement Save = new(
        """
        INSERT INTO reading_chunks (group_id, resolution, metric, place, starts_at, readings)
        SELECT u.group_id, u.resolution, u.metric, u.place, u.starts_at, u.readings
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::bytea[])
            AS u (group_id, resolution, metric, place, starts_at, readings)
            JOIN groups g ON g.id = u.group_id AND g.archived_at IS NULL
        ON CONFLICT (group_id, resolution, metric, place) DO UPDATE
        SET starts_at = excluded.starts_at, readings = excluded.readings, updated_at = now()
        WHERE excluded.starts_at >= reading_chunks.starts_at OR reading_chunks.readings IS NULL
        """);

    private static readonly Statement FindOfMetric = new(
        $"""
        SELECT {ReadingRow.Columns} FROM reading_chunks r
        WHERE r.group_id = $1 AND r.resolution = $2 AND r.starts_at > $3 AND r.readings IS NOT NULL AND r.metric = $4
        """);

    private static readonly Statement FindOfGroup = new(
        $"""
        SELECT {ReadingRow.Columns} FROM reading_chunks r
        WHERE r.group_id = $1 AND r.resolution = $2 AND r.starts_at > $3 AND r.readings IS NOT NULL
        """);

    private static readonly Statement ForgetOlder = new(
        """
        UPDATE reading_chunks SET readings = NULL, updated_at = now()
        WHERE resolution = $1 AND starts_at < $2 AND readings IS NOT NULL
        """);

    private static readonly Statement ForgetNewer = new(
        """
        UPDATE reading_chunks SET readings = NULL, updated_at = now()
        WHERE resolution = $1 AND starts_at > $2 AND readings IS NOT NULL
        """);

    private static readonly Statement ForgetGroup = new(
        "UPDATE reading_chunks SET readings = NULL, updated_at = now() WHERE group_id = $1 AND readings IS NOT NULL");

    /// <param name="session">Where.</param>
    /// <param name="chunks">As they are to be kept; no place of a metric twice.</param>
    public static Task KeepAsync(Session session, ImmutableArray<ReadingChunk> chunks) =>
        session.WriteTogetherAsync([.. chunks.Chunk(StatementMax).Select(Put)]);

    public static async Task<ImmutableArray<ReadingChunk>> FindAsync(
        Session session,
        GroupId group,
        string? metric,
        Resolution resolution,
        DateTimeOffset since,
        CancellationToken cancellationToken)
    {
        var call = (metric is null ? FindOfGroup : FindOfMetric).Call()
            .Bind(group).BindWord(resolution).Bind(ReadingRule.BeginningFor(resolution, since));
        return ReadingRule.InOrder(
            await session.ReadAllAsync(metric is null ? call : call.Bind(metric), ReadingRow.Read, cancellationToken));
    }

    public static Task<int> ForgetOlderAsync(Session session, Resolution resolution, DateTimeOffset now) => session.WriteAsync(
        ForgetOlder.Call().BindWord(resolution).Bind(ReadingRule.OldestBeginning(resolution, now)));

    public static Task<int> ForgetNewerAsync(Session session, Resolution resolution, DateTimeOffset now) => session.WriteAsync(
        ForgetNewer.Call().BindWord(resolution).Bind(ReadingRule.NewestBeginning(resolution, now)));

    /// <summary>Forgets all of a group.</summary>
    public static Call Forget(GroupId group) => ForgetGroup.Call().Bind(group);

    private static Call Put(ReadingChunk[] chunks) => Save.Call()
        .BindAll(chunks, chunk => chunk.Group.Value)
        .BindAll(chunks, chunk => Words<Resolution>.Of(chunk.Resolution))
        .BindAll(chunks, chunk => chunk.Metric)
        .BindAll(chunks, chunk => (long)chunk.Place)
        .BindAll(chunks, chunk => chunk.StartsAt)
        .BindAll(chunks, chunk => PackedReadings.Of(chunk.StartsAt, chunk.Readings));
}
