using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Muster.Nomad.Tests.Support;
using Muster.Simulators.Nomad;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>Asks a simulated Nomad what a real one was asked, in the same order, and compares the answers.</summary>
/// <remarks>
/// Ids differ, so each recorded one is taken for the simulated one that stood in its place. Between two recorded requests something may
/// have been done that was not recorded (a force, a wait): a run that is asked for and is not there is forced, and a look is repeated until
/// it shows what was recorded or patience ends.
/// </remarks>
internal sealed partial class Replay(NomadSimulator nomad, HttpClient http, HttpClient mighty)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private string? _lastJob;

    /// <summary>Runs it all; returns what differs, in words.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(IEnumerable<Exchange> exchanges)
    {
        var differences = new List<string>();
        foreach (var exchange in exchanges)
        {
            if (await RunAsync(exchange) is { } difference)
            {
                differences.Add($"{exchange.Name}: {difference}");
            }
        }

        return differences;
    }

    private async Task<string?> RunAsync(Exchange exchange)
    {
        await PrepareAsync(exchange.Path);
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var (answer, difference) = await AskAsync(exchange);
            if (difference is null)
            {
                if (exchange.IsJson)
                {
                    Learn(exchange.Answer, answer);
                }

                return null;
            }

            if (exchange.Method != "GET" || patience.IsCancellationRequested)
            {
                return difference;
            }

            // What is looked at changes by itself: a run starts, ends, is forgotten.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Makes sure that the run that is asked for exists.</summary>
    private async Task PrepareAsync(string path)
    {
        var child = ChildPattern().Match(Uri.UnescapeDataString(path));
        if (child.Success && !_known.ContainsKey(child.Groups["child"].Value))
        {
            await ForceAsync(child.Groups["parent"].Value, child.Groups["child"].Value);
        }

        var evaluation = EvaluationPattern().Match(path);
        if (evaluation.Success && !_known.ContainsKey(evaluation.Groups["id"].Value) && _lastJob is not null)
        {
            await ForceAsync(_lastJob, recorded: null, evaluation.Groups["id"].Value);
        }

        var run = RunPattern().Match(path);
        if (run.Success
            && !_known.ContainsKey(run.Groups["id"].Value)
            && _lastJob is not null
            && run.Groups["id"].Value != Guid.Empty.ToString())
        {
            var before = nomad.Cluster.JobIds.LastOrDefault(id => id.StartsWith($"{_lastJob}/periodic-", StringComparison.Ordinal))
                ?? await ForceAsync(_lastJob, recorded: null);
            if (before is not null)
            {
                var runs = (JsonArray)JsonNode.Parse(
                    await mighty.GetStringAsync(new Uri($"/v1/job/{Uri.EscapeDataString(before)}/allocations", UriKind.Relative)))!;
                _known[run.Groups["id"].Value] = (string)runs[^1]!["ID"]!;
            }
        }
    }

    private async Task<string?> ForceAsync(string parent, string? recorded, string? recordedEvaluation = null)
    {
        using var forced = await mighty.PutAsync(
            new Uri($"/v1/job/{Uri.EscapeDataString(parent)}/periodic/force", UriKind.Relative), content: null);
        if (!forced.IsSuccessStatusCode)
        {
            return null;
        }

        var evaluation = (string)JsonNode.Parse(await forced.Content.ReadAsStringAsync())!["EvalID"]!;
        var child = (string)JsonNode.Parse(
            await mighty.GetStringAsync(new Uri($"/v1/evaluation/{evaluation}", UriKind.Relative)))!["JobID"]!;
        if (recorded is not null)
        {
            _known[recorded] = child;
        }

        if (recordedEvaluation is not null)
        {
            _known[recordedEvaluation] = evaluation;
        }

        return child;
    }

    private async Task<(JsonNode? Answer, string? Difference)> AskAsync(Exchange exchange)
    {
        using var request = new HttpRequestMessage(new(exchange.Method), Target(exchange));
        if (exchange.BodyText is { } body)
        {
            request.Content = new StringContent(Enforced(exchange, body), Encoding.UTF8, "application/json");
            _lastJob = (string?)((exchange.Body as JsonObject)?["Job"] as JsonObject)?["ID"] ?? _lastJob;
        }

        if (exchange.Token is { } token)
        {
            request.Headers.TryAddWithoutValidation("X-Nomad-Token", ReplayTests.Tokens.GetValueOrDefault(token, token));
        }

        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode != exchange.Status)
        {
            return (null, $"answers {(int)response.StatusCode} {text}");
        }

        if (Headers(exchange, response) is { } wrong)
        {
            return (null, wrong);
        }

        if (!exchange.IsWhole)
        {
            return (null, null);
        }

        if (!exchange.IsJson)
        {
            return (null, Changing().Replace(text, "*") == Changing().Replace(exchange.AnswerText, "*")
                ? null
                : $"says '{text}', not '{exchange.AnswerText}'");
        }

        var answer = JsonNode.Parse(text);
        return (answer, Shape.Difference(exchange.Answer, answer, ""));
    }

    private static string? Headers(Exchange exchange, HttpResponseMessage response)
    {
        if (exchange.Header("Content-Type") is { } type && response.Content.Headers.ContentType?.ToString() != type)
        {
            return $"is of type {response.Content.Headers.ContentType}, not {type}";
        }

        foreach (var name in new[] { "X-Nomad-Index", "X-Nomad-Knownleader" })
        {
            if (exchange.Header(name) is not null != response.Headers.Contains(name) && exchange.Status == 200)
            {
                return $"has {(exchange.Header(name) is null ? "a" : "no")} header {name}";
            }
        }

        return null;
    }

    /// <summary>The index to enforce is the one that stands for the recorded one.</summary>
    private string Enforced(Exchange exchange, string body)
    {
        if (exchange.Body?["EnforceIndex"] is null || !_known.TryGetValue($"index {exchange.Body["JobModifyIndex"]}", out var index))
        {
            return body;
        }

        var enforced = exchange.Body.DeepClone();
        enforced["JobModifyIndex"] = ulong.Parse(index, CultureInfo.InvariantCulture);
        return enforced.ToJsonString();
    }

    private Uri Target(Exchange exchange)
    {
        var path = Known(exchange.Path.Replace("%2Fperiodic-", "/periodic-", StringComparison.Ordinal));
        var query = Known(exchange.Query);
        return new(query.Length > 0 ? $"{path}?{query}" : path, UriKind.Relative);
    }

    private string Known(string text) => _known.Aggregate(text, (now, pair) => now.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    private void Learn(JsonNode? recorded, JsonNode? answered)
    {
        switch (recorded, answered)
        {
            case (JsonObject one, JsonObject other):
                foreach (var (name, value) in one)
                {
                    if (name == "JobModifyIndex")
                    {
                        _known.TryAdd($"index {value}", other[name]!.ToString());
                    }

                    Learn(value, other[name]);
                }

                break;
            case (JsonArray one, JsonArray other):
                foreach (var (first, second) in one.Zip(other))
                {
                    Learn(first, second);
                }

                break;
            case (JsonValue one, JsonValue other)
                when one.ToString() != other.ToString() && (IdPattern().IsMatch(one.ToString()) || ChildPattern().IsMatch(one.ToString())):
                _known.TryAdd(one.ToString(), other.ToString());
                break;
        }
    }

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f-]{27}$")]
    private static partial Regex IdPattern();

    [GeneratedRegex("^(/v1/job/)?(?<child>(?<parent>[^/].*)/periodic-[0-9]{10})(/.*)?$")]
    private static partial Regex ChildPattern();

    [GeneratedRegex("^/v1/(client/fs/logs|allocation)/(?<id>[0-9a-f]{8}-[0-9a-f-]{27})$")]
    private static partial Regex RunPattern();

    [GeneratedRegex("^/v1/evaluation/(?<id>[0-9a-f]{8}-[0-9a-f-]{27})(/allocations)?$")]
    private static partial Regex EvaluationPattern();

    /// <summary>What differs from run to run: seconds, indexes and directories.</summary>
    [GeneratedRegex(
        "(?<=periodic-)[0-9]{10}|(?<=conflicting job modify index: "
        + ")[0-9]+|(<client-data>|/[^ ]*?/muster-nomad-[A-Za-z0-9]+)/[0-9a-f-]{36}")]
    private static partial Regex Changing();
}
