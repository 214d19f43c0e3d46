using System.Collections.Immutable;
using System.Globalization;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Metrics;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Groups;
using Muster.Server.OpenApi;
using Muster.Server.Requests;

namespace Muster.Server.Policies;

/// <summary>Readings of groups over HTTP: pushed, and kept.</summary>
internal sealed class ReadingEndpoints(IStore store, GroupFinder finder, SteeringRounds? rounds, TimeProvider timeProvider)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var readings = api.MapGroup("/groups/{id}/readings").WithTags("Policies");
        readings.MapPost("/", PushAsync).Requires(Role.Operate)
            .Says(
                "PushReadings", "Push readings of a group",
                "One, or several under `readings`. Its policies go by them from the next round on, before what the cloud says.")
            .Takes<ReadingInput>().Fails(400, 403, 404, 409, 413, 415);
        readings.MapGet("/", ListAsync)
            .Says(
                "ListReadings", "List kept readings of a group",
                "`raw` ones of the last hour, the highest of each `minute` of the last day, or of each `hour` of the last five weeks.")
            .Fails(400, 404);
    }

    private async Task<Ok<ReadingsTaken>> PushAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.ReadingInput, cancellationToken);
        var record = await finder.GetAsync(http.Caller().Account, id, cancellationToken);
        GroupEditor.CheckPhase(record.Group, mayDrain: false);
        var now = timeProvider.GetUtcNow();
        var pushed = Read(input, now);
        Pushes.Check(pushed, now);
        await store.PushReadingsAsync(record.Group.Id, pushed, now, CancellationToken.None);
        rounds?.Hurry();
        return TypedResults.Ok(new ReadingsTaken { Taken = pushed.Length });
    }

    private async Task<Ok<ReadingsView>> ListAsync(
        HttpContext http, string id, string? metric, string? resolution, CancellationToken cancellationToken)
    {
        var record = await finder.GetAsync(http.Caller().Account, id, cancellationToken);
        if (metric is null)
        {
            throw new InputException("metric", null, "the name of a metric");
        }

        var (fine, word) = resolution switch
        {
            null or "raw" => (Resolution.Raw, "raw"),
            "minute" => (Resolution.Minute, "minute"),
            "hour" => (Resolution.Hour, "hour"),
            _ => throw new InputException("resolution", resolution, "raw, minute or hour"),
        };
        var since = timeProvider.GetUtcNow() - ReadingChunk.KeptFor(fine);
        var chunks = await store.FindReadingsAsync(record.Group.Id, metric, fine, since, cancellationToken);
        return TypedResults.Ok(new ReadingsView
        {
            Metric = metric,
            Resolution = word,
            Readings =
            [
                .. chunks.SelectMany(chunk => chunk.Readings)
                    .Where(reading => reading.At >= since)
                    .Select(reading => new ReadingView { At = reading.At, Value = reading.Value, Instances = reading.Instances }),
            ],
        });
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static ImmutableArray<PushedReading> Read(ReadingInput input, DateTimeOffset now)
    {
        if (input.Readings is not { } several)
        {
            return [One(input, "", now)];
        }

        if (input with { Readings = null } != new ReadingInput())
        {
            throw new InputException("readings", null, "alone: metric, value, instance and at are those of each reading in it");
        }

        if (several.Count > Pushes.PerPushMax)
        {
            throw new InputException("readings", Text(several.Count), $"at most {Text(Pushes.PerPushMax)} readings in one push");
        }

        return [.. several.Select((one, index) => One(one, $"readings[{Text(index)}].", now))];
    }

    private static PushedReading One(ReadingInput input, string field, DateTimeOffset now)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        if (input.Metric is null)
        {
            errors.Add(new($"{field}metric", null, "the name of a metric"));
        }

        if (input.Value is null)
        {
            errors.Add(new($"{field}value", null, "a finite number"));
        }

        if (field.Length > 0 && input.Readings is not null)
        {
            errors.Add(new($"{field}readings", null, "none: a reading holds no others"));
        }

        InputException.ThrowIfAny(errors);
        return new(input.Metric!, input.Instance, input.Value!.Value, input.At ?? now);
    }
}
