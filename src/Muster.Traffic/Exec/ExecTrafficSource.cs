using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Traffic;

namespace Muster.Traffic.Exec;

/// <summary>
/// Runs a program for each member: <c>join</c>, <c>drain</c> again and again until it is done, <c>leave</c>, and <c>health</c> where the
/// group wants to know. What it was told is remembered here, and told once more after a restart of the server.
/// </summary>
/// <param name="program">The program.</param>
/// <param name="source">What groups call this.</param>
internal sealed class ExecTrafficSource(ExecProgram program, string source) : ITrafficSource
{
    /// <summary>EX_TEMPFAIL of <c>sysexits.h</c>.</summary>
    private const int NotYet = 75;

    private const int Sick = 1;
    private const int AtOnceMax = 4;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(GroupId Group, TrafficUse Use, string Cloud, InstanceId Instance), Told> _told = [];

    /// <inheritdoc/>
    public async Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        var byId = new Dictionary<(string, InstanceId), TrafficMember>();
        foreach (var member in members)
        {
            byId.TryAdd((member.Cloud, member.Instance.Id), member);
        }

        var entries = _told
            .Where(one => one.Key.Group == scope.Group && one.Key.Use == scope.Use)
            .Select(one => new TrafficEntry(
                KeyOf(one.Key.Cloud, one.Key.Instance), byId.GetValueOrDefault((one.Key.Cloud, one.Key.Instance)), one.Value.State))
            .ToArray();
        if (scope.Use.Health)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, entries.Length),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = cancellationToken },
                async (i, cancellation) => entries[i] = await WithHealthAsync(scope, entries[i], cancellation));
        }

        return [.. entries];
    }

    /// <inheritdoc/>
    public async Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var (code, words) = await RunAsync("join", scope, member, cancellationToken);
        if (code == NotYet)
        {
            throw new TrafficException(
                TrafficErrorKind.Unavailable, $"{program.Name} cannot join {member.Instance.Name} yet{Said(words)}");
        }

        ThrowIfFailed("join", member, code, words);
        _told[Key(scope, member)] = new(member, TrafficState.Joined);
    }

    /// <inheritdoc/>
    public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var (code, words) = await RunAsync("drain", scope, member, cancellationToken);
        if (code is not NotYet)
        {
            ThrowIfFailed("drain", member, code, words);
        }

        _told[Key(scope, member)] = new(member, TrafficState.Draining);
        return code == NotYet ? new(IsEmpty: false, LookAgain, words.Length == 0 ? null : words) : DrainProgress.Empty;
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        foreach (var (key, told) in _told.Where(one =>
            one.Key.Group == scope.Group && one.Key.Use == scope.Use && KeyOf(one.Key.Cloud, one.Key.Instance) == entry.Key))
        {
            var (code, words) = await RunAsync("leave", scope, told.Member, cancellationToken);
            ThrowIfFailed("leave", told.Member, code, words);
            _told.TryRemove(key, out _);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static (GroupId Group, TrafficUse Use, string Cloud, InstanceId Instance) Key(TrafficScope scope, TrafficMember member) =>
        (scope.Group, scope.Use, member.Cloud, member.Instance.Id);

    private static string KeyOf(string cloud, InstanceId instance) => $"{cloud}/{instance}";

    private static string Said(string words) => words.Length == 0 ? "" : $": {words}";

    private static string Question(string action, TrafficScope scope, TrafficMember member)
    {
        var instance = member.Instance;
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("action", action);
            json.WriteString("source", scope.Use.Source);
            WriteText(json, "backend", scope.Use.Backend);
            WriteText(json, "service", scope.Use.Service);
            WriteText(json, "path", scope.Use.Path);
            json.WriteString("group", scope.Name);
            json.WriteString("group_id", scope.Group.ToString());
            json.WriteStartObject("instance");
            json.WriteString("id", instance.Id.Value);
            json.WriteString("name", instance.Name);
            json.WriteString("cloud", member.Cloud);
            WriteText(json, "zone", instance.Zone);
            WriteText(json, "address", member.Address?.Address.ToString());
            if (member.Address is { Port: > 0 } address)
            {
                json.WriteNumber("port", address.Port);
            }

            json.WriteStartArray("addresses");
            foreach (var listed in instance.Addresses)
            {
                json.WriteStringValue(listed);
            }

            json.WriteEndArray();
            json.WriteStartObject("attributes");
            foreach (var (name, value) in instance.Attributes)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            if (member.Deadline is { } deadline)
            {
                json.WriteNumber("deadline_s", deadline.TotalSeconds);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private async Task<TrafficEntry> WithHealthAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Member is not { } member)
        {
            return entry;
        }

        int code;
        string words;
        try
        {
            (code, words) = await RunAsync("health", scope, member, cancellationToken);
        }
        catch (TrafficException error)
        {
            // One that gives no answer is no reason to keep the others from joining and leaving.
            return entry with { Verdict = Verdict.Unknown, Detail = error.Message };
        }

        return entry with
        {
            Verdict = code switch
            {
                0 => Verdict.Healthy,
                Sick => Verdict.Unhealthy,
                _ => Verdict.Unknown,
            },
            Detail = words.Length > 0 ? words
                : code == 0 ? null
                : string.Create(CultureInfo.InvariantCulture, $"{program.Name} ended with {code}"),
        };
    }

    private Task<(int ExitCode, string Words)> RunAsync(
        string action, TrafficScope scope, TrafficMember member, CancellationToken cancellationToken) => program.RunAsync(
        [
            ("MUSTER_ACTION", action),
            ("MUSTER_SOURCE", source),
            ("MUSTER_GROUP", scope.Name),
            ("MUSTER_INSTANCE_ID", member.Instance.Id.Value),
            ("MUSTER_INSTANCE_NAME", member.Instance.Name),
            ("MUSTER_ADDRESS", member.Address?.Address.ToString() ?? ""),
            ("MUSTER_PORT", member.Address is { Port: > 0 } address ? address.Port.ToString(CultureInfo.InvariantCulture) : ""),
        ],
        Question(action, scope, member),
        cancellationToken);

    private void ThrowIfFailed(string action, TrafficMember member, int code, string words)
    {
        if (code != 0)
        {
            throw new TrafficException(
                TrafficErrorKind.Refused,
                string.Create(
                    CultureInfo.InvariantCulture, $"{program.Name} ended with {code} at {action} of {member.Instance.Name}{Said(words)}"));
        }
    }

    private sealed record Told(TrafficMember Member, TrafficState State);
}
