using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Api.Activities;

namespace Muster.Api.Client;

/// <summary>Follows the server's events, and takes them up again where they broke off.</summary>
internal sealed class EventFollower(Exchange exchange, TimeProvider timeProvider)
{
    private static readonly TimeSpan WaitMin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    /// <summary>Four of the server's heartbeats: after that many missed, nobody is there.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromMinutes(1);

    public async IAsyncEnumerable<ActivityView> FollowAsync(
        long? after, string? group, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = after?.ToString(CultureInfo.InvariantCulture);
        var wait = WaitMin;
        var connected = false;
        while (true)
        {
            var stream = await ConnectAsync(position, group, retry: connected, cancellationToken);
            if (stream is not null)
            {
                connected = true;
                using (stream)
                {
                    var parser = SseParser.Create(
                        new WatchedStream(await stream.Content.ReadAsStreamAsync(cancellationToken), SilenceMax, timeProvider),
                        (_, data) => JsonSerializer.Deserialize(data, ApiJson.Default.ActivityView));
                    await using var events = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
                    while (await MoveNextAsync(events))
                    {
                        wait = WaitMin;
                        position = Newest(parser.LastEventId, position);
                        if (events.Current.Data is { } activity)
                        {
                            yield return activity;
                        }
                    }

                    // Heartbeats move the position too, without an event of their own.
                    position = Newest(parser.LastEventId, position);
                }
            }

            await Task.Delay(wait, timeProvider, cancellationToken);
            wait = wait + wait < WaitMax ? wait + wait : WaitMax;
        }
    }

    private static string? Newest(string told, string? known) => told.Length > 0 ? told : known;

    /// <returns>The stream; null when it cannot be had now and may be tried again.</returns>
    private async Task<HttpResponseMessage?> ConnectAsync(
        string? position, string? group, bool retry, CancellationToken cancellationToken)
    {
        var path = group is null ? "v1/events" : $"v1/events?group={Uri.EscapeDataString(group)}";
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new("text/event-stream"));
        if (position is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", position);
        }

        try
        {
            return await exchange.OpenAsync(request, cancellationToken);
        }
        catch (Exception error) when (Exchange.IsNoAnswer(error, cancellationToken))
        {
            return retry ? null : throw exchange.Unreachable(error);
        }
        catch (ApiException error) when (retry && error.Problem.Status >= 500)
        {
            return null;
        }
    }

    /// <summary>Whether there is another event; a broken connection ends the stream like a closed one.</summary>
    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<SseItem<ActivityView?>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
