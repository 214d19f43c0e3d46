using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Nomad.Client;
using Muster.Nomad.Jobs.Wire;
using Muster.Nomad.Tests.Support;
using Muster.Nomad.Wire;

namespace Muster.Nomad.Tests.Client;

/// <summary>Every recorded answer to a call that the client has, read by the client.</summary>
public sealed class RecordedAnswersTests
{
    private static readonly NomadJob AnyJob = SomeJobs.Document("any");

    public static TheoryData<string> Files => [.. Exchange.Files];

    [Theory, MemberData(nameof(Files))]
    public async Task The_client_reads_what_a_real_Nomad_answered(string file)
    {
        await using var nomad = await RecordedNomad.StartAsync();
        using var client = new NomadClient(new() { Addresses = [nomad.Url] }, TimeProvider.System);
        foreach (var exchange in Exchange.Read(file).Where(exchange => exchange.IsWhole))
        {
            if (CallFor(exchange) is not { } call)
            {
                continue;
            }

            nomad.Next = exchange;
            if (exchange.Status == 200)
            {
                Same(exchange, await call(client));
            }
            else
            {
                var error = await Assert.ThrowsAsync<NomadException>(() => call(client));
                Assert.True(error.Kind == KindOf(exchange), $"{exchange.Name}: {exchange.AnswerText}: {error.Kind}");
                Assert.Contains(exchange.AnswerText.Split('\n')[0].Trim(), error.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>
    /// The others ask what the client never asks: logs, summaries, peers, regions, health, single allocations, and paths that Nomad folds.
    /// </summary>
    [Fact]
    public void So_many_of_the_recorded_exchanges_are_calls_of_the_client()
    {
        var exchanges = Exchange.Files.SelectMany(Exchange.Read).ToArray();

        Assert.Equal((467, 354), (exchanges.Length, exchanges.Count(exchange => exchange.IsWhole && CallFor(exchange) is not null)));
    }

    /// <summary>What the client makes of the same request; null when it never asks it.</summary>
    private static Func<NomadClient, Task<object>>? CallFor(Exchange exchange)
    {
        var parts = exchange.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)[1..];
        var isWrite = exchange.Method is "PUT" or "POST";
        var none = CancellationToken.None;
        return parts switch
        {
            ["status", "leader"] when exchange.Method == "GET" => async client => await client.LeaderAsync(none),
            ["jobs"] when exchange.Method == "GET" => async client => await client.ListJobsAsync("", none),
            ["jobs"] when isWrite => async client => await client.RegisterAsync(AnyJob, 0, none),
            ["validate", "job"] when isWrite => async client => await client.ValidateAsync(AnyJob, none),
            ["evaluation", var id] => async client => await client.ReadEvaluationAsync(id, none),
            ["evaluation", var id, "allocations"] => async client => await client.ListAllocationsOfAsync(id, none),
            ["job", .., "plan"] when isWrite => async client => await client.PlanAsync(AnyJob, none),
            ["job", .., "periodic", "force"] when isWrite && exchange.Status != 301 => async client => await client.ForceAsync("any", none),
            ["job", .., "evaluations"] => async client => await client.ListEvaluationsAsync("any", none),
            ["job", .., "allocations"] => async client => await client.ListAllocationsAsync("any", none),
            ["job", .., "summary"] => null,
            ["job", ..] when exchange.Method == "GET" && exchange.Status != 301 => async client => await client.ReadJobAsync("any", none),
            ["job", ..] when exchange.Method == "DELETE" && exchange.Status != 301 =>
                async client => await client.DeregisterAsync("any", purge: false, none),
            _ => null,
        };
    }

    private static NomadErrorKind KindOf(Exchange exchange) => exchange.AnswerText switch
    {
        "Permission denied" or "ACL token not found" => NomadErrorKind.Unauthorized,
        var text when text.StartsWith("acl token lookup failed", StringComparison.Ordinal) => NomadErrorKind.Unauthorized,
        "No cluster leader" => NomadErrorKind.Unavailable,
        "job not found" => NomadErrorKind.NotFound,
        var text when text.StartsWith("Enforcing", StringComparison.Ordinal) => NomadErrorKind.Conflict,
        var text when text.Contains("can't force", StringComparison.Ordinal) => NomadErrorKind.NotTracked,
        var text when text.StartsWith("Failed to parse value", StringComparison.Ordinal)
            || text.StartsWith("missing job ID", StringComparison.Ordinal) => NomadErrorKind.Unavailable,
        _ => NomadErrorKind.Invalid,
    };

    /// <summary>Every value that the client reads is the recorded one.</summary>
    private static void Same(Exchange exchange, object read)
    {
        var type = read.GetType();
        var json = JsonNode.Parse(JsonSerializer.Serialize(
            read,
            type.Name.StartsWith("ImmutableArray", StringComparison.Ordinal) ? type : NomadJson.Default.GetTypeInfo(type)!.Type,
            Options))!;
        Within(json, exchange.Answer!, exchange.Name);
    }

    private static readonly JsonSerializerOptions Options = new(NomadJson.Default.Options)
    {
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    private static void Within(JsonNode? read, JsonNode? recorded, string where)
    {
        switch (read)
        {
            case null:
                break;
            case JsonObject members:
                foreach (var (name, value) in members.Where(member => ((JsonObject)recorded!).ContainsKey(member.Key)))
                {
                    Within(value, recorded![name], $"{where}.{name}");
                }

                break;
            case JsonArray items:
                Assert.True(items.Count == ((JsonArray)recorded!).Count, where);
                for (var i = 0; i < items.Count; i++)
                {
                    Within(items[i], recorded[i], string.Create(CultureInfo.InvariantCulture, $"{where}[{i}]"));
                }

                break;
            default:
                Assert.True(IsSame(read, recorded!), $"{where}: {read} is not {recorded}");
                break;
        }
    }

    // Times are written with fewer digits.
    private static bool IsSame(JsonNode read, JsonNode recorded) =>
        read.ToJsonString() == recorded.ToJsonString()
        || (DateTimeOffset.TryParse(read.ToString(), CultureInfo.InvariantCulture, out var at)
            && DateTimeOffset.TryParse(recorded.ToString(), CultureInfo.InvariantCulture, out var other)
            && (at - other).Duration() < TimeSpan.FromMilliseconds(1));
}
