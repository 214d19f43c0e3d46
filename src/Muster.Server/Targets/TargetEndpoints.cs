using System.Security.Cryptography;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.OpenApi;
using Muster.Server.Options;
using Muster.Server.Problems;

namespace Muster.Server.Targets;

/// <summary>A group's members in service, for those who pull: Prometheus, Traefik, scripts.</summary>
internal sealed class TargetEndpoints(
    GroupFinder groups, GroupMembers members, ActivityFeed feed, CallerWatch watch, TimeProvider timeProvider, ServerOptions options,
    IHostApplicationLifetime lifetime)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/groups/{id}/targets", ShowAsync).WithTags("Instances")
            .Says(
                "ShowTargets",
                "List who of a group is in service, for service discovery",
                "`prometheus` is its HTTP service discovery, `traefik` its HTTP provider with one service of the group's name, "
                + "`lines` one address a line. With `If-None-Match` and `wait_s` it answers when something is "
                + "different, or 304 when nothing is.")
            .Takes(TakenHeader.IfNoneMatch)
            .Produces<string>(StatusCodes.Status200OK, "application/json", "text/plain")
            .Produces(StatusCodes.Status304NotModified)
            .Fails(400, 404, 502);

    private async Task<IResult> ShowAsync(
        HttpContext http, string id, string? format, string? port, string? scheme, string? wait_s, CancellationToken cancellationToken)
    {
        var seen = EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch, out var tags) ? tags : [];
        var answer = await watch.WhileAsync(
            http.Caller(), token => AnswerAsync(http, id, (format, port, scheme, wait_s), seen, token), cancellationToken);
        http.Response.Headers.ETag = answer.Tag;
        http.Response.Headers.CacheControl = "no-cache";
        return answer.Body is { } body
            ? TypedResults.Bytes(body, answer.MediaType)
            : TypedResults.StatusCode(StatusCodes.Status304NotModified);
    }

    private async Task<(string Tag, string MediaType, byte[]? Body)> AnswerAsync(
        HttpContext http, string id, (string? Format, string? Port, string? Scheme, string? Wait) asked, IList<EntityTagHeaderValue> seen,
        CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        while (true)
        {
            // Before the read: what is announced during it makes the next wait end at once.
            var told = feed.Told;
            var record = await groups.GetAsync(http.Caller().Account, id, cancellationToken);
            var health = record.Group.Health;
            var query = TargetQuery.Read(asked.Format, asked.Port, asked.Scheme, asked.Wait, health);
            var inService = await members.ReadAsync(record, cancellationToken);
            var body = TargetWriter.Write(query, record.Group,
            [
                .. inService.Select(one => Target.Of(one.Instance, one.Cloud, query, health)).OfType<Target>()
                    .OrderBy(target => target.Address, StringComparer.Ordinal).ThenBy(target => target.Instance.Id),
            ]);
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..32]}\"";
            var isKnown = seen.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Tag == tag);
            var left = query.Wait - timeProvider.GetElapsedTime(start);
            if (!isKnown)
            {
                return (tag, TargetWriter.MediaType(query.Format), body);
            }

            if (left <= TimeSpan.Zero || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return (tag, "", null);
            }

            await WaitAsync(told, left, cancellationToken);
        }
    }

    /// <summary>Until something is announced, it is time to look by oneself, or the server stops.</summary>
    /// <remarks>What sources of health say is announced nowhere; and what is done by other servers neither.</remarks>
    private async Task WaitAsync(long told, TimeSpan left, CancellationToken cancellationToken)
    {
        var wait = left < options.EventPollInterval ? left : options.EventPollInterval;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var news = feed.WaitAsync(told, enough.Token);
        await Task.WhenAny(news, Task.Delay(wait, timeProvider, enough.Token));
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
