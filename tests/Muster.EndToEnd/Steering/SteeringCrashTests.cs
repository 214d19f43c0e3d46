using System.Text.RegularExpressions;

using Muster.EndToEnd.Steering.Support;

namespace Muster.EndToEnd.Steering;

/// <summary>A server that is killed while an alarm rings.</summary>
public sealed partial class SteeringCrashTests
{
    /// <summary>Most that may be lost of what was read: see <c>SteeringOptions.KeepEvery</c>.</summary>
    private static readonly TimeSpan LostMax = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Killed_while_a_breach_lasts_and_while_a_policy_cools_down_it_goes_on_where_it_was_and_acts_once()
    {
        await using var exporter = new Exporter(91);
        await using var server = await SteeringServer.StartAsync($"""
            [[metrics]]
            name = "cpu"
            source = "http"
            [metrics.options]
            url = "http://{exporter.Host}/"
            pointer = "/load"
            """);
        await server.AddGroupAsync("web", 2);
        await server.SayAsync("policy create alarm --group web --kind step --metric cpu --above 80 --for 40m --add 30% --cooldown 10m");
        await server.UntilPolicyAsync("web", "alarm", said => HeldFor(said) >= TimeSpan.FromSeconds(6), "that the breach lasts for 6 s");
        await server.KillAsync();
        var killedAt = TimeProvider.System.GetUtcNow();

        await server.StartAgainAsync();
        var startedAt = TimeProvider.System.GetUtcNow();
        var said = await server.UntilPolicyAsync(
            "web", "alarm", said => ReadAt(said) > startedAt && HeldFor(said) is not null, "what it reads after the restart");
        var since = ReadAt(said)!.Value - HeldFor(said)!.Value;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"the breach reaches back to {(killedAt - since).TotalSeconds:0.0} s before the crash");
        Assert.True(since < killedAt, $"the breach began anew at {since:O}, and the server was killed at {killedAt:O}");

        // What was read before is there, but for the last minute at most.
        var kept = (await server.GetAsync("/v1/groups/web/readings?metric=cpu")).GetProperty("readings").EnumerateArray()
            .Select(reading => reading.GetProperty("at").GetDateTimeOffset()).Where(at => at < killedAt).ToList();
        Assert.NotEmpty(kept);
        Assert.True(killedAt - kept.Max() < LostMax, $"the newest of before the crash is of {kept.Max():O}");

        await server.SayAsync("policy update alarm --group web --for 1s");
        await server.UntilRunningAsync("web", 3);
        await server.KillAsync();
        await server.StartAgainAsync();
        await server.UntilPolicyAsync(
            "web", "alarm",
            said => SteeringServer.Reason(said).StartsWith("cpu: 91, above 80, moved to 3; cools down until ", StringComparison.Ordinal),
            "that it cools down");
        await server.UntilAskedAgainAsync("web", "alarm");
        await server.UntilRunningAsync("web", 3);
        Assert.Single(await server.MovesAsync("web", "alarm"));
    }

    /// <summary>For how long the breach has lasted, as the policy says; null where it says nothing of it.</summary>
    private static TimeSpan? HeldFor(System.Text.Json.JsonElement policy)
    {
        var match = Lasting().Match(SteeringServer.Reason(policy));
        return match.Success
            ? TimeSpan.FromSeconds(
                (Number(match.Groups["m"]) * 60) + Number(match.Groups["s"]))
            : null;
    }

    private static double Number(Group group) =>
        group.Success ? double.Parse(group.Value, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static DateTimeOffset? ReadAt(System.Text.Json.JsonElement policy) =>
        policy.TryGetProperty("reading_at", out var at) ? at.GetDateTimeOffset() : null;

    [GeneratedRegex(@"above 80 for (?:(?<m>\d+)m)?(?:(?<s>[\d.]+)s)? of 40m$")]
    private static partial Regex Lasting();
}
