using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>What policies read, in chunks.</summary>
internal static class ReadingTable
{
    /// <summary>Chunks that one write keeps: those of ten thousand groups take seconds, and other writes must not wait for them.</summary>
    public const int KeptMax = 5000;

    /// <summary>Chunks that one write forgets: after a long sleep all of them are due, and other writes must not wait for that.</summary>
    private const int ForgottenMax = 5000;

    private static readonly Statement Save = new(
        """
        INSERT INTO reading_chunks (group_id, resolution, metric, place, starts_at, readings)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM groups WHERE id = ?1 AND archived_at IS NULL)
        ON CONFLICT (group_id, resolution, metric, place) DO UPDATE
        SET starts_at = excluded.starts_at, readings = excluded.readings
        WHERE excluded.starts_at >= reading_chunks.starts_at OR reading_chunks.readings IS NULL
        """);

    // The plus keeps the beginnings' index out of it: a group's chunks are few, and all groups' of an hour are not.
    private static readonly Statement FindOfMetric = new(
        $"""
        SELECT {ReadingRow.Columns} FROM reading_chunks r
        WHERE r.group_id = ? AND r.resolution = ? AND +r.starts_at > ? AND r.readings IS NOT NULL AND r.metric = ?
        """);

    private static readonly Statement FindOfGroup = new(
        $"""
        SELECT {ReadingRow.Columns} FROM reading_chunks r
        WHERE r.group_id = ? AND r.resolution = ? AND +r.starts_at > ? AND r.readings IS NOT NULL
        """);

    private static readonly Statement ForgetOlder = new(
        """
        UPDATE reading_chunks SET readings = NULL
        WHERE rowid IN (SELECT rowid FROM reading_chunks WHERE resolution = ? AND starts_at < ? AND readings IS NOT NULL LIMIT ?)
        """);

    private static readonly Statement ForgetNewer = new(
        """
        UPDATE reading_chunks SET readings = NULL
        WHERE rowid IN (SELECT rowid FROM reading_chunks WHERE resolution = ? AND starts_at > ? AND readings IS NOT NULL LIMIT ?)
        """);

    private static readonly Statement ForgetGroup = new(
        "UPDATE reading_chunks SET readings = NULL WHERE group_id = ? AND readings IS NOT NULL");

    /// <param name="session">Where.</param>
    /// <param name="chunks">As they are to be kept.</param>
    public static void Keep(SqliteSession session, ReadingChunk[] chunks)
    {
        foreach (var chunk in chunks)
        {
            session.Query(Save)
                .Bind(chunk.Group).BindWord(chunk.Resolution).Bind(chunk.Metric).Bind(chunk.Place).Bind(chunk.StartsAt)
                .Bind(PackedReadings.Of(chunk.StartsAt, chunk.Readings).AsSpan())
                .Run();
        }
    }

    public static ImmutableArray<ReadingChunk> Find(
        SqliteSession session, GroupId group, string? metric, Resolution resolution, DateTimeOffset since)
    {
        var query = session.Query(metric is null ? FindOfGroup : FindOfMetric)
            .Bind(group).BindWord(resolution).Bind(ReadingRule.BeginningFor(resolution, since));
        return ReadingRule.InOrder((metric is null ? query : query.Bind(metric)).All(ReadingRow.Read));
    }

    /// <summary>Forgets some of those that are due.</summary>
    /// <returns>How many; none when no more are.</returns>
    public static int ForgetSome(SqliteSession session, DateTimeOffset now)
    {
        var forgotten = 0;
        foreach (var resolution in ReadingRule.Resolutions)
        {
            forgotten += session.Query(ForgetOlder)
                .BindWord(resolution).Bind(ReadingRule.OldestBeginning(resolution, now)).Bind(ForgottenMax).Run();
            forgotten += session.Query(ForgetNewer)
                .BindWord(resolution).Bind(ReadingRule.NewestBeginning(resolution, now)).Bind(ForgottenMax).Run();
        }

        return forgotten;
    }

    /// <summary>Forgets all of a group.</summary>
    public static void Forget(SqliteSession session, GroupId group) => session.Query(ForgetGroup).Bind(group).Run();
}
