using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

using Muster.Api;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Options;
using Muster.Server.Problems;

namespace Muster.Server.Activities;

/// <summary>
/// Followers of the audit trail. The store is what they read; the feed and a slow poll only say when to look, so whatever is
/// missed of those, no entry is.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that gave out no wait handle holds nothing.")]
internal sealed partial class EventStreams(
    ITrailStore store,
    ActivityFeed feed,
    CallerWatch watch,
    TimeProvider timeProvider,
    ServerOptions options,
    IHostApplicationLifetime lifetime,
    ILogger<EventStreams> logger)
{
    /// <summary>
    /// Bytes that wait for a follower before it is waited for: what it has not taken is read again when its turn comes, so that a slow one,
    /// or one from far back, holds no more of the trail than this and the connection's own 64 KiB.
    /// </summary>
    private const int WrittenMax = 16 * 1024;

    private const string EventType = "activity";

    /// <summary>Entries of one read: about what goes into <see cref="WrittenMax"/>.</summary>
    private const int ReadMax = 32;

    /// <summary>Reads at once, over all followers: more would only hold more entries at the same time.</summary>
    private const int ReadersMax = 4;

    private readonly SemaphoreSlim _readers = new(ReadersMax);
    private int _open;

    /// <summary>Streams open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Serves one follower until it leaves or the server stops.</summary>
    /// <param name="http">The request.</param>
    /// <param name="account">Whose trail.</param>
    /// <param name="only">Only this group's entries; null for all.</param>
    /// <param name="after">Only entries after this position.</param>
    /// <exception cref="ProblemException">There are too many followers.</exception>
    public async Task RunAsync(HttpContext http, AccountId account, GroupId? only, long after)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > options.EventStreamsMax)
            {
                throw new ProblemException(
                    ProblemKinds.TooManyStreams,
                    $"{options.EventStreamsMax} followers are served already",
                    retryAfter: TimeSpan.FromSeconds(10));
            }

            await using var welcome = watch.Begin(http.Caller());
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted, lifetime.ApplicationStopping, welcome.Ended, welcome.Doubted);
            try
            {
                await FollowAsync(http, account, only, after, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // The follower left, is no longer welcome as far as is known, or the server stops: in each case the stream ends here, and
                // is resumable by its last id.
            }
            catch (StoreException error) when (http.Response.HasStarted)
            {
                // Too late for a problem document. The follower comes again, with its last id, and then hears what is wrong.
                LogBrokenOff(error, error.Kind);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task FollowAsync(HttpContext http, AccountId account, GroupId? only, long after, CancellationToken cancellationToken)
    {
        // Asked once before the answer begins: a store that fails can still be told as a problem.
        await store.LastPositionAsync(account, cancellationToken);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";

        // At once, so that the follower knows that it is connected, and from where on it will miss nothing.
        await WriteHeartbeatAsync(http.Response, after, cancellationToken);
        var quietSince = timeProvider.GetTimestamp();
        while (true)
        {
            // Before the read: what is announced during it makes the next wait end at once.
            var announced = feed.Told;
            var step = await WriteSomeAsync(http.Response, account, only, after, cancellationToken);
            after = step.Position;
            if (step.Written > 0)
            {
                await FlushAsync(http.Response, cancellationToken);
                quietSince = timeProvider.GetTimestamp();
            }

            if (timeProvider.GetElapsedTime(quietSince) >= options.EventHeartbeatInterval)
            {
                await WriteHeartbeatAsync(http.Response, after, cancellationToken);
                quietSince = timeProvider.GetTimestamp();
            }

            if (step.IsEnd)
            {
                await WaitAsync(announced, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Reads the next entries and writes as many as may wait for the follower; the rest is forgotten, and read again by the next step.
    /// </summary>
    /// <returns>The position of the last entry that needs no further look, the bytes written, and whether the trail ends there.</returns>
    private async Task<(long Position, long Written, bool IsEnd)> WriteSomeAsync(
        HttpResponse response, AccountId account, GroupId? only, long after, CancellationToken cancellationToken)
    {
        await _readers.WaitAsync(cancellationToken);
        try
        {
            var read = await store.ReadActivitiesAsync(account, after, ReadMax, cancellationToken);

            // Not into the response itself: there JSON asks for room for the longest that a text could become, and each such piece would be
            // held until the follower has taken it.
            using var events = new MemoryStream(WrittenMax);
            var isEnd = read.Length < ReadMax;
            await SseFormatter.WriteAsync(Next().ToAsyncEnumerable(), events, WriteData, cancellationToken);
            response.BodyWriter.Write(events.GetBuffer().AsSpan(0, (int)events.Length));
            return (after, events.Length, isEnd);

            // The formatter asks for an event when it has written the one before, so that what is written bounds what is asked for.
            IEnumerable<SseItem<Activity>> Next()
            {
                foreach (var activity in read)
                {
                    if (events.Length >= WrittenMax)
                    {
                        isEnd = false;
                        yield break;
                    }

                    after = activity.Position;
                    if (only is null || activity.Group == only)
                    {
                        yield return new(activity, EventType) { EventId = activity.Position.ToString(CultureInfo.InvariantCulture) };
                    }
                }
            }
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <summary>Until something is announced, or it is time to look by oneself.</summary>
    private async Task WaitAsync(long announced, CancellationToken cancellationToken)
    {
        var wait = options.EventPollInterval < options.EventHeartbeatInterval ? options.EventPollInterval : options.EventHeartbeatInterval;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var news = feed.WaitAsync(announced, enough.Token);
        await Task.WhenAny(news, Task.Delay(wait, timeProvider, enough.Token));
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void WriteData(SseItem<Activity> item, IBufferWriter<byte> data)
    {
        using var json = new Utf8JsonWriter(data, new() { Encoder = ApiJson.Encoder });
        JsonSerializer.Serialize(json, ActivityViews.View(item.Data), ApiJson.Default.ActivityView);
    }

    /// <summary>An id without data is no event to the follower, but moves the place from which it resumes.</summary>
    /// <remarks>By hand: the formatter writes events alone, and neither comments nor ids without data.</remarks>
    private static Task WriteHeartbeatAsync(HttpResponse response, long position, CancellationToken cancellationToken)
    {
        response.BodyWriter.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $": heartbeat\nid: {position}\n\n")));
        return FlushAsync(response, cancellationToken);
    }

    private static async Task FlushAsync(HttpResponse response, CancellationToken cancellationToken) =>
        await response.BodyWriter.FlushAsync(cancellationToken);

    [LoggerMessage(1102, LogLevel.Warning, "A stream of events broke off, because the store failed: {Kind}")]
    private partial void LogBrokenOff(Exception error, StoreErrorKind kind);
}
