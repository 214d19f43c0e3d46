using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Postgres.Tables;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

using Npgsql;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>Writes that share a transaction: two round trips and a few statements, however many they are.</summary>
/// <param name="account">Whose lane.</param>
/// <param name="writer">This process.</param>
/// <param name="id">This batch: by it, it is found out whether a COMMIT without an answer happened.</param>
/// <param name="writes">In their order; at most one sweep among them.</param>
internal sealed class LaneBatch(AccountId account, Guid writer, Guid id, IReadOnlyList<LaneWrite> writes)
{
    private readonly List<GroupWrite> _groupWrites = [.. writes.OfType<GroupWrite>()];

    /// <summary>One attempt. Each write has its outcome when it returns, and nobody is told yet.</summary>
    public async Task<bool> RunAsync(Session session)
    {
        if (session.MayHaveHappened && await HasHappenedAsync(session))
        {
            return true;
        }

        var ledger = await OpenAsync(session) ?? await OpenNewAsync(session);
        foreach (var write in writes)
        {
            write.Apply(ledger);
        }

        if (ledger.IsEmpty)
        {
            await session.RollBackAsync();
        }
        else
        {
            await session.CommitAsync(ledger.Finish(account));
        }

        return true;
    }

    /// <summary>
    /// Whether the attempt before, whose COMMIT got no answer, was kept. It had the trail's row, so who gets that row now knows that
    /// the other one has ended, either way.
    /// </summary>
    private async Task<bool> HasHappenedAsync(Session session)
    {
        var last = await session.BeginAsync(
            [LaneStatements.Lock(account), LaneStatements.Mark(account, writer)],
            async results =>
            {
                await results.ReadAllAsync(row => row.Long(), CancellationToken.None);
                return await results.ReadAllAsync(row => row.Guid(), CancellationToken.None);
            });
        await session.RollBackAsync();
        return last is [var write] && write == id;
    }

    /// <summary>Begins the transaction; null when the account has no trail.</summary>
    private Task<LaneLedger?> OpenAsync(Session session)
    {
        var groups = writes.SelectMany(write => write.Groups).Distinct().ToList();
        var sweep = writes.Select(write => write.Sweep).FirstOrDefault(each => each is not null);
        var calls = new List<Call> { LaneStatements.Take(account, writes.Sum(write => write.PositionsMax), writer, id, sweep, groups) };
        if (_groupWrites.Count > 0)
        {
            calls.Add(LaneStatements.Groups([.. _groupWrites.Select(write => write.Group.Id)]));
            calls.Add(LaneStatements.Names(account, [.. _groupWrites.Select(write => write.Group.Name)]));
            calls.Add(LaneStatements.Templates([.. _groupWrites.SelectMany(write => RevisionRule.TemplatesOf(write.Group)).Distinct()]));
        }

        var voiced = writes.SelectMany(write => write.Voiced).Distinct().ToList();
        if (voiced.Count > 0)
        {
            calls.Add(SteeringTable.Voices(voiced));
        }

        var noted = writes.SelectMany(write => write.Noted).Distinct().ToList();
        if (noted.Count > 0)
        {
            calls.Add(NoteTable.Find(noted));
        }

        return session.BeginAsync(
            calls,
            async results =>
            {
                var ledger = await ReadAsync(results, sweep);
                if (ledger is not null && voiced.Count > 0)
                {
                    ledger.Hear(await results.ReadAllAsync(LaneVoices.Read, CancellationToken.None));
                }

                if (ledger is not null && noted.Count > 0)
                {
                    ledger.Hear(await results.ReadAllAsync(NotedRow.Read, CancellationToken.None));
                }

                return ledger;
            });
    }

    private async Task<LaneLedger?> ReadAsync(Results results, SweepKey? sweep)
    {
        var rows = await results.ReadAllAsync(row => ReadFooting(row, sweep), CancellationToken.None);
        if (rows.IsEmpty)
        {
            return null;
        }

        var footings = rows.Select(row => row.Footing).OfType<LaneFooting>().ToDictionary(footing => footing.Group);
        var position = rows[0].Position - writes.Sum(write => write.PositionsMax);
        return _groupWrites.Count == 0
            ? new LaneLedger(position, rows[0].Share) { Footings = footings }
            : new LaneLedger(position, rows[0].Share)
            {
                Footings = footings,
                Groups = (await results.ReadAllAsync(GroupRow.Read, CancellationToken.None)).ToDictionary(group => group.Id),
                Names = (await results.ReadAllAsync(row => (Name: row.Text(), Id: row.Id<GroupId>()), CancellationToken.None))
                    .ToDictionary(each => each.Name, each => each.Id, StringComparer.Ordinal),
                Templates = (await results.ReadAllAsync(TemplateRow.Read, CancellationToken.None)).ToDictionary(template => template.Id),
            };
    }

    private static (long Position, SweepShare? Share, LaneFooting? Footing) ReadFooting(Row row, SweepKey? sweep)
    {
        var (position, fence, endsAt) = (row.Long(), row.LongOrNull(), row.TimeOrNull());
        return (position, fence is { } number ? new(sweep!, number, Holder: null, endsAt) : null, LaneFooting.Read(row));
    }

    /// <summary>Begins the transaction of an account that writes for the first time, or of none.</summary>
    private async Task<LaneLedger> OpenNewAsync(Session session)
    {
        await session.RollBackAsync();
        try
        {
            // Not counted as sent: the row says nothing that could happen twice.
            await session.ReadAllAsync(LaneStatements.Ensure(account), row => row.Long(), CancellationToken.None);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // A transaction all the same, since whoever opens one here ends one.
            return await session.BeginAsync(
                [LaneStatements.Groups([.. _groupWrites.Select(write => write.Group.Id)])],
                async results => new LaneLedger(position: 0, sweep: null)
                {
                    IsAccountKnown = false,
                    Groups = (await results.ReadAllAsync(GroupRow.Read, CancellationToken.None)).ToDictionary(group => group.Id),
                });
        }

        return await OpenAsync(session) ?? throw new InvalidDataException($"account {account} has no trail right after it was made");
    }
}
