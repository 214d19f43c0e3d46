using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>
/// This process's way into one account's trail. What queues up while a transaction is on its way shares the next one (group commit), so
/// that the trail's row, which only one transaction can have at a time, is taken seldom and kept shortly.
/// </summary>
/// <remarks>A write that is refused takes nobody with it. When a batch fails by a bug, its writes are done again one by one.</remarks>
internal sealed class Lane : IAsyncDisposable
{
    /// <summary>Writes that may wait. More of them wait for their place: a caller who floods the store slows down.</summary>
    private const int QueuedMax = 4096;

    /// <summary>
    /// Writes in one transaction: enough to share a round trip, few enough that the first does not wait long for the last.
    /// </summary>
    private const int WritesMax = 256;

    /// <summary>Groups in one transaction: two full sweeps of ten thousand, well below a second.</summary>
    private const int GroupsMax = 20_000;

    /// <summary>
    /// Groups from which on a transaction is in the way of every other large one, whosever groups it has: of so many rows PostgreSQL
    /// remembers only that their table was read (<c>max_pred_locks_per_relation</c>).
    /// </summary>
    private const int LargeMin = 32;

    private readonly AccountId _account;
    private readonly Guid _writer;
    private readonly Database _database;
    private readonly IRandomSource _random;
    private readonly SemaphoreSlim _largeTurn;
    private readonly Channel<LaneWrite> _queue = Channel.CreateBounded<LaneWrite>(
        new BoundedChannelOptions(QueuedMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Task _loop;

    /// <param name="account">Whose trail.</param>
    /// <param name="writer">This process.</param>
    /// <param name="database">Where it leads.</param>
    /// <param name="random">Names batches.</param>
    /// <param name="largeTurn">Whose turn it is to write many groups, among all lanes of this process.</param>
    public Lane(AccountId account, Guid writer, Database database, IRandomSource random, SemaphoreSlim largeTurn)
    {
        _largeTurn = largeTurn;
        _account = account;
        _writer = writer;
        _database = database;
        _random = random;
        _loop = Task.Run(RunLoopAsync);
    }

    /// <summary>Puts a write into the queue.</summary>
    public async Task EnqueueAsync(LaneWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(Lane));
        }
    }

    /// <summary>Finishes what is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunLoopAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            var batch = TakeBatch();
            if (batch.Count > 0 && !await TryRunAsync(batch, isLast: batch.Count == 1))
            {
                foreach (var write in batch)
                {
                    await TryRunAsync([write], isLast: true);
                }
            }
        }
    }

    /// <summary>What is queued and goes together.</summary>
    private List<LaneWrite> TakeBatch()
    {
        var batch = new List<LaneWrite>();
        var groups = 0;
        SweepKey? sweep = null;
        while (batch.Count < WritesMax && _queue.Reader.TryPeek(out var next))
        {
            groups += next.Groups.Count;
            if (batch.Count > 0 && (groups > GroupsMax || (next.Sweep is not null && sweep is not null && next.Sweep != sweep)))
            {
                break;
            }

            _queue.Reader.TryRead(out _);
            if (next.TryBegin())
            {
                sweep ??= next.Sweep;
                batch.Add(next);
            }
        }

        return batch;
    }

    /// <summary>Writes and tells; false when it failed for a reason that may be one write's alone, and then nobody was told.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Not swallowed: whoever wrote gets it, perhaps after another attempt alone.")]
    private async Task<bool> TryRunAsync(List<LaneWrite> writes, bool isLast)
    {
        var isLarge = writes.Sum(write => write.Groups.Count) >= LargeMin;
        if (isLarge)
        {
            await _largeTurn.WaitAsync();
        }

        try
        {
            var batch = new LaneBatch(_account, _writer, _random.NextId(), writes);
            await _database.WriteAsync(batch.RunAsync, CancellationToken.None);
        }
        catch (Exception error)
        {
            // A bug of one, or an activity that one tells twice, is not the others' to hear of.
            if (error is not StoreException { Kind: not StoreErrorKind.Duplicate } && !isLast)
            {
                return false;
            }

            writes.ForEach(write => write.Refuse(error));
        }
        finally
        {
            if (isLarge)
            {
                _largeTurn.Release();
            }
        }

        writes.ForEach(write => write.Tell());
        return true;
    }
}
