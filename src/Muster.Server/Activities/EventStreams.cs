using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Muster.Api;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Server.Activities;

/// <summary>
/// Followers of the audit trail. The store is what they read; the feed and a slow poll only say when to look, so whatever is
/// missed of those, no entry is.
/// </summary>
internal sealed partial class EventStreams(
    IStore store, ActivityFeed feed, TimeProvider timeProvider, ServerOptions options, IHostApplicationLifetime lifetime,
    ILogger<EventStreams> logger)
{
    /// <summary>Entries of one read: some 100 KB of events, written before the next is read, so a slow follower holds no more.</summary>
    private const int ReadMax = 500;

    private int open;

    /// <summary>Streams open now.</summary>
    public int Open => Volatile.Read(ref open);

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
            if (Interlocked.Increment(ref open) > options.EventStreamsMax)
            {
                throw new ProblemException(
                    ProblemKinds.TooManyStreams, $"{options.EventStreamsMax} followers are served already", retryAfter: TimeSpan.FromSeconds(10));
            }

            using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
            try
            {
                await FollowAsync(http, account, only, after, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // The follower left, or the server stops: either way the stream ends here, and is resumable by its last id.
            }
            catch (StoreException error) when (http.Response.HasStarted)
            {
                // Too late for a problem document. The follower comes again, with its last id, and then hears what is wrong.
                LogBrokenOff(error, error.Kind);
            }
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task FollowAsync(HttpContext http, AccountId account, GroupId? only, long after, CancellationToken cancellationToken)
    {
        // Read once before the answer begins: a store that fails can still be told as a problem.
        var announced = feed.Told;
        var read = await store.ReadActivitiesAsync(account, after, ReadMax, cancellationToken);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";

        // At once, so that the follower knows that it is connected, and from where on it will miss nothing.
        await WriteHeartbeatAsync(http.Response, after, cancellationToken);
        var quietSince = timeProvider.GetTimestamp();
        while (true)
        {
            if (!read.IsEmpty)
            {
                after = read[^1].Position;
                var shown = only is null ? read : [.. read.Where(activity => activity.Group == only)];
                if (!shown.IsEmpty)
                {
                    WriteEvents(http.Response, shown);
                    await FlushAsync(http.Response, cancellationToken);
                    quietSince = timeProvider.GetTimestamp();
                }
            }

            if (timeProvider.GetElapsedTime(quietSince) >= options.EventHeartbeatInterval)
            {
                await WriteHeartbeatAsync(http.Response, after, cancellationToken);
                quietSince = timeProvider.GetTimestamp();
            }

            if (read.Length < ReadMax)
            {
                await WaitAsync(announced, cancellationToken);
            }

            // Before the read: what is announced during it makes the next wait end at once.
            announced = feed.Told;
            read = await store.ReadActivitiesAsync(account, after, ReadMax, cancellationToken);
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

    private static void WriteEvents(HttpResponse response, IEnumerable<Activity> activities)
    {
        foreach (var activity in activities)
        {
            Write(response.BodyWriter, $"id: {activity.Position}\nevent: activity\ndata: ");
            using (var json = new Utf8JsonWriter(response.BodyWriter, new() { Encoder = ApiJson.Encoder }))
            {
                // Without indentation JSON has no line break, which would end the event.
                JsonSerializer.Serialize(json, ActivityViews.View(activity), ApiJson.Default.ActivityView);
            }

            Write(response.BodyWriter, $"\n\n");
        }
    }

    /// <summary>An id without data is no event to the follower, but moves the place from which it resumes.</summary>
    private static Task WriteHeartbeatAsync(HttpResponse response, long position, CancellationToken cancellationToken)
    {
        Write(response.BodyWriter, $": heartbeat\nid: {position}\n\n");
        return FlushAsync(response, cancellationToken);
    }

    private static async Task FlushAsync(HttpResponse response, CancellationToken cancellationToken) =>
        await response.BodyWriter.FlushAsync(cancellationToken);

    private static void Write(IBufferWriter<byte> writer, FormattableString text) =>
        writer.Write(Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture)));

    [LoggerMessage(1102, LogLevel.Warning, "A stream of events broke off, because the store failed: {Kind}")]
    private partial void LogBrokenOff(Exception error, StoreErrorKind kind);
}
