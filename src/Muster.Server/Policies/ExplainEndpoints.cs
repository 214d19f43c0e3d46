using System.Globalization;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api.Activities;
using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Server.Activities;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.OpenApi;

namespace Muster.Server.Policies;

/// <summary>Why a group has so many instances, over HTTP.</summary>
internal sealed class ExplainEndpoints(IStore store, GroupFinder finder, SteeringView steering, TimeProvider timeProvider)
{
    /// <summary>Whatever was done in the hour before an instant may be why things were so.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromHours(1);

    private const int ActivitiesMax = 20;

    /// <summary>
    /// Most entries of the trail that are looked through for an earlier time: who asks for more asks for the trail itself.
    /// </summary>
    private const int LookedThroughMax = 10_000;

    public void Map(IEndpointRouteBuilder api) => api.MapGet("/groups/{id}/explain", ExplainAsync).WithTags("Policies")
        .Says(
            "ExplainGroup", "Say why a group has so many instances",
            "Now, or `at` an earlier time of the last day: what each policy says of the readings that are kept of that time, and what they "
            + "come to. The policies are those of today.")
        .Fails(400, 404);

    private async Task<Ok<ExplainView>> ExplainAsync(HttpContext http, string id, string? at, CancellationToken cancellationToken)
    {
        var record = await finder.GetAsync(http.Caller().Account, id, cancellationToken);
        var now = timeProvider.GetUtcNow();
        return TypedResults.Ok(at is null
            ? await OfNowAsync(record, now, cancellationToken)
            : await OfPastAsync(record, Read(at, now), now, cancellationToken));
    }

    private async Task<ExplainView> OfNowAsync(GroupRecord record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settled = record.SettleAt(now);
        var state = await steering.StateAsync(record, cancellationToken);
        return new()
        {
            At = now,
            Level = settled.Desired,
            Running = record.State.Counts.Running,
            BootS = state.Boots.Typical?.TotalSeconds,
            Author = settled.Source == Claim.Person ? record.Group.ScaledBy ?? Claim.Person : settled.Source,
            Conclusion = settled.Why is { } why
                ? $"{settled.Desired}: {why}"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{settled.Desired}, as a person set it; {state.Conclusion ?? "no policy has been asked yet"}"),
            Policies = await steering.ViewAsync(record, cancellationToken),
            Activities = await ActivitiesAsync(record.Group.Id, now, cancellationToken),
        };
    }

    private async Task<ExplainView> OfPastAsync(
        GroupRecord record, DateTimeOffset at, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var past = await PastReadings.ReadAsync(store, record.Group.Id, at, now, cancellationToken);
        var (level, running) = (past.Last(GroupMeasuring.Desired), past.Last(GroupMeasuring.Running));
        var state = await store.FindSteeringAsync(record.Group.Id, cancellationToken);
        var verdict = GroupSteering.EvaluatePast(record, state, past, at, level: (int?)level?.Value, running: (int?)running?.Value);
        return new()
        {
            At = at,
            Level = (int?)level?.Value,
            Running = (int?)running?.Value,
            Conclusion = verdict.Meeting.Conclusion,
            Policies = [.. record.Policies.Select(policy => SteeringView.View(record, policy, verdict.State, at))],
            Activities = await ActivitiesAsync(record.Group.Id, at, cancellationToken),
        };
    }

    private async Task<ActivityView[]> ActivitiesAsync(GroupId group, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var found = new List<Activity>();
        string? cursor = null;
        for (var seen = 0; seen < LookedThroughMax && found.Count < ActivitiesMax;)
        {
            var page = await store.ListActivitiesAsync(group, new(PageRequest.LimitMax, cursor), cancellationToken);
            seen += page.Items.Length;
            found.AddRange(page.Items.Where(activity =>
                activity.Type is not ActivityType.NoOp && activity.FirstAt <= at && activity.LastAt > at - Before));
            cursor = page.NextCursor;
            if (cursor is null || page.Items.Any(activity => activity.LastAt < at - Before))
            {
                break;
            }
        }

        return [.. found.Take(ActivitiesMax).Select(ActivityViews.View)];
    }

    private static DateTimeOffset Read(string text, DateTimeOffset now)
    {
        var day = ReadingChunk.KeptFor(Resolution.Minute);
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            && at <= now && at > now - day
            ? at
            : throw new InputException(
                "at",
                text,
                $"a time of the last {DurationText.Format(day)}, such as "
                + now.AddMinutes(-30).UtcDateTime.ToString("u", CultureInfo.InvariantCulture));
    }
}
