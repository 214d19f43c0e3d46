using Muster.Server.Logging;
using System.Globalization;
using System.Text.Json;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Policies;

/// <summary>Where outside systems tell a receiver how many instances there are to be. Their secret is all that they need.</summary>
internal sealed class ReceiverEndpoints(IStore store, SteeringRounds? rounds, TimeProvider timeProvider)
{
    private const string Takes =
        "{\"desired\": 5}, {\"adjust\": \"+30%\"}, {\"value\": 91}, or what Alertmanager sends to a web hook";

    public void Map(IEndpointRouteBuilder app)
    {
        var receivers = app.MapGroup(LoggedPath.Receivers).WithTags("Policies");
        receivers.MapPost("/{group}/{policy}/{secret}", CallAsync)
            .Says(
                "CallReceiver", "Tell a receiver",
                "Needs no token: its secret opens it, in the path or as `Authorization: Bearer`. It takes a level, a change of it, a "
                + "reading, "
                + "or an alarm of Alertmanager's web hook; other fields are passed over.")
            .Fails(400, 404, 409, 413, 415);
        receivers.MapPost("/{group}/{policy}", CallWithHeaderAsync)
            .Says("CallReceiverWithHeader", "Tell a receiver whose secret is in a header", "See `CallReceiver`.")
            .Fails(400, 404, 409, 413, 415);
    }

    private Task<Ok<ReceivedView>> CallWithHeaderAsync(HttpContext http, string group, string policy, CancellationToken cancellationToken)
    {
        const string scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        return CallAsync(
            http, group, policy, header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..] : "",
                cancellationToken);
    }

    private async Task<Ok<ReceivedView>> CallAsync(
        HttpContext http, string group, string policy, string secret, CancellationToken cancellationToken)
    {
        var (record, found, rule) = await OpenAsync(group, policy, secret, cancellationToken);
        using var body = await JsonBody.ReadAnyAsync(http.Request, cancellationToken);
        var now = timeProvider.GetUtcNow();
        var told = Told.Read(body.RootElement, rule);
        if (told.Reading is { } value)
        {
            var reading = new PushedReading(rule.Metric ?? found.Name, Instance: null, value, now);
            Pushes.Check([reading], now);
            await store.PushReadingsAsync(record.Group.Id, [reading], now, CancellationToken.None);
            rounds?.Hurry();
            return TypedResults.Ok(new ReceivedView { Reason = $"{reading.Metric} is {value.ToString(CultureInfo.InvariantCulture)}" });
        }

        var last = (await store.FindSteeringAsync(record.Group.Id, cancellationToken)).Of(found.Name)?.Memory.Word;
        if (told.Adjustment is not { } adjustment)
        {
            return await TellAsync(record, found, Receiving.Resolve(last, now, told.Reason));
        }

        var (word, rests) = Receiving.Tell(rule, last, adjustment, record.SettleAt(now).Desired, now, told.Reason);
        return rests is { } until
            ? TypedResults.Ok(new ReceivedView
            {
                Desired = word!.Desired,
                Reason = $"nothing more until {until.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}: {word.Reason}",
            })
            : await TellAsync(record, found, word!);
    }

    private async Task<Ok<ReceivedView>> TellAsync(GroupRecord record, Policy policy, ReceivedWord word)
    {
        await store.TellAsync(record.Group.Id, policy.Name, word, CancellationToken.None);
        rounds?.Hurry();
        return TypedResults.Ok(new ReceivedView { Desired = word.Desired, Reason = word.Reason });
    }

    /// <summary>The receiver that a secret opens. What is wrong is told nobody.</summary>
    private async Task<(GroupRecord Record, Policy Policy, PolicyRule.Receiver Rule)> OpenAsync(
        string group, string policy, string secret, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(group, "D", out var id)
            && await store.FindGroupAsync(new GroupId(id), cancellationToken) is { Group.Phase: GroupPhase.Active } record
            && record.Policies.FirstOrDefault(each => each.Name == policy) is { Rule: PolicyRule.Receiver rule } found
            && ReceiverSecret.Opens(rule.SecretHash, secret))
        {
            return found.Mode is PolicyMode.Off
                ? throw new ProblemException(ProblemKinds.Conflict, $"policy {found.Name} is off")
                : (record, found, rule);
        }

        throw new ProblemException(ProblemKinds.ReceiverNotFound, "there is no such receiver, or the secret is not its own");
    }

    /// <summary>What a body says.</summary>
    /// <param name="Adjustment">What becomes of the level; null where all is well again, or there is a reading.</param>
    /// <param name="Reading">A value; null where it says something of the level.</param>
    /// <param name="Reason">Why.</param>
    private sealed record Told(Adjustment? Adjustment, double? Reading, string Reason)
    {
        private const int ReasonMax = 200;

        private static readonly string[] Words = ["desired", "adjust", "value", "alerts"];

        /// <exception cref="InputException">It says nothing, or several things.</exception>
        public static Told Read(JsonElement body, PolicyRule.Receiver rule)
        {
            if (body.ValueKind is not JsonValueKind.Object)
            {
                throw new InputException("body", null, Takes);
            }

            var said = Words.Where(field => body.TryGetProperty(field, out _)).ToList();
            if (said is not [var field])
            {
                throw new InputException("body", said.Count == 0 ? null : string.Join(", ", said), $"one of {Takes}");
            }

            var value = body.GetProperty(field);
            return field switch
            {
                "desired" => value.TryGetInt32(out var desired) && desired >= 0
                    ? new(new Adjustment(AdjustmentKind.Exact, desired), null, Why(body) ?? Text($"told to be {desired}"))
                    : throw Wrong(field, value, "a whole number, 0 or more"),
                "adjust" => value.ValueKind is JsonValueKind.String
                    && Core.Steering.Adjustment.TryParse(value.GetString(), out var adjustment)
                    ? new(adjustment, null, Why(body) ?? Text($"told {adjustment}"))
                    : throw Wrong(field, value, "+2, -1, +30%, -10% or 5, in quotes"),
                "value" => value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var reading)
                    ? new(null, reading, "")
                    : throw Wrong(field, value, "a finite number"),
                _ => Alarm(body, value, rule),
            };
        }

        private static Told Alarm(JsonElement body, JsonElement alerts, PolicyRule.Receiver rule)
        {
            if (alerts.ValueKind is not JsonValueKind.Array)
            {
                throw Wrong("alerts", alerts, "an array, as Alertmanager sends it");
            }

            var firing = alerts.EnumerateArray().Where(alert => StringOf(alert, "status") == "firing").ToList();
            var names = string.Join(", ", (firing.Count > 0 ? firing : [.. alerts.EnumerateArray()])
                .Select(alert => alert.TryGetProperty("labels", out var labels) ? StringOf(labels, "alertname") : null)
                .OfType<string>().Distinct().Order(StringComparer.Ordinal).Take(3));
            return firing.Count > 0 && StringOf(body, "status") is null or "firing"
                ? new(rule.OnAlarm, null, Text($"alarm {names}: {rule.OnAlarm}"))
                : new(null, null, Text($"alarm {names} is over"));
        }

        private static string? Why(JsonElement body) => StringOf(body, "reason") is { Length: > 0 } reason ? Text(reason) : null;

        private static string? StringOf(JsonElement element, string field) =>
            element.ValueKind is JsonValueKind.Object && element.TryGetProperty(field, out var value)
            && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

        private static string Text(FormattableString text) => Text(text.ToString(CultureInfo.InvariantCulture));

        private static string Text(string text) => VisibleText.OneLine(text.Length > ReasonMax ? text[..ReasonMax] : text);

        private static InputException Wrong(string field, JsonElement value, string allowed)
        {
            var text = value.GetRawText();
            return new(field, VisibleText.OneLine(text.Length > 40 ? $"{text[..40]}..." : text), allowed);
        }
    }
}
