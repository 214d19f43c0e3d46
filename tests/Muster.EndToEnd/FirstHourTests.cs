using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary>What a person does in the first hour, with the executable they have.</summary>
public sealed class FirstHourTests
{
    [Fact]
    public async Task A_group_comes_up_heals_scales_tells_and_goes()
    {
        await using var server = await DevServer.StartAsync();
        (await server.MusterAsync("template", "create", "web-1", "--cloud", "local", "--image", "muster hello")).Good();
        (await server.MusterAsync("group", "create", "web", "--template", "web-1", "--capacity", "3")).Good();
        (await server.MusterAsync("group", "wait", "web", "--timeout", "20s")).Good();

        var show = await server.UntilHealthyAsync("web", 3);
        Assert.Equal("web", show.GetProperty("name").GetString());
        Assert.Equal(3, show.GetProperty("capacity").GetProperty("desired").GetInt32());
        Assert.Equal(3, server.RealPids().Count);

        var victim = (await server.RunningPidsAsync("web"))[0];
        var killedAt = Stopwatch.GetTimestamp();
        Processes.Kill(victim);
        await server.UntilAsync("web", _ => !server.RealPids().Contains(victim) && server.RealPids().Count == 3, "repaired");
        var repair = Stopwatch.GetElapsedTime(killedAt);
        TestContext.Current.TestOutputHelper?.WriteLine($"repaired within {repair.TotalMilliseconds:0} ms, polls included");

        (await server.MusterAsync("group", "scale", "web", "5")).Good();
        (await server.MusterAsync("group", "wait", "web", "--timeout", "20s")).Good();
        Assert.Equal(5, server.RealPids().Count);

        var activities = (await server.MusterAsync("group", "activity", "web", "--json")).Good().Json.EnumerateArray().ToList();
        Assert.Equal(6, activities.Count(activity => Is(activity, "launch", "succeeded")));
        Assert.Equal(1, activities.Count(activity => Is(activity, "terminate", "succeeded")));
        Assert.Contains(activities, activity => Is(activity, "change", "succeeded"));

        (await server.MusterAsync("group", "delete", "web")).Good();
        await Patiently.UntilAsync(async () => (await server.MusterAsync("group", "show", "web")).ExitCode != 0, "the group gone");
        Assert.Empty(server.RealPids());
    }

    [Fact]
    public async Task An_instance_answers_on_its_own_port()
    {
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 1);

        var instance = (await server.MusterAsync("group", "instances", "web", "--json")).Good().Json[0];
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{instance.GetProperty("addresses")[0].GetString()}/"));

        Assert.Contains(instance.GetProperty("name").GetString()!, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_speaks_for_itself()
    {
        await using var server = await DevServer.StartAsync();
        var userData = Path.Combine(server.Data, "user-data");
        await File.WriteAllTextAsync(userData, "{{muster.report_url}} {{muster.report_token}}\n", TestContext.Current.CancellationToken);
        (await server.MusterAsync(
            "template", "create", "web-1", "--cloud", "local", "--image", "sh -c 'cat $MUSTER_USER_DATA_FILE; exec sleep 1000'",
            "--user-data-file", userData)).Good();
        (await server.MusterAsync("group", "create", "web", "--template", "web-1", "--capacity", "1", "--health", "report")).Good();
        var words = "";
        await Patiently.UntilAsync(async () => (words = await FirstLogAsync(server, "web")).EndsWith('\n'), "the instance has its token");

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(words.Split(' ')[0]));
        request.Headers.Authorization = new("Bearer", words.Split(' ')[1].Trim());
        request.Content = new StringContent("""{"verdict":"healthy"}""", new MediaTypeHeaderValue("application/json"));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        (await server.MusterAsync("group", "wait", "web", "--timeout", "20s")).Good();
    }

    [Fact]
    public async Task The_plan_says_what_would_be_done_and_does_nothing()
    {
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 2);
        (await server.MusterAsync("group", "suspend", "web")).Good();
        (await server.MusterAsync("group", "scale", "web", "4")).Good();

        var plan = (await server.MusterAsync("group", "plan", "web")).Good();

        Assert.Contains("launching is suspended: 2 missing", plan.Output, StringComparison.Ordinal);
        Assert.Equal(2, server.RealPids().Count);

        (await server.MusterAsync("group", "resume", "web")).Good();
        await server.UntilHealthyAsync("web", 4);
    }

    [Fact]
    public async Task Instances_outlive_a_graceful_stop_and_are_kept_on_by_the_next_start()
    {
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 3);
        var before = server.RealPids().Order().ToList();

        Assert.Equal(0, await server.TerminateAsync());
        Assert.Equal(before, server.RealPids().Order());
        await server.StartAgainAsync();

        await server.UntilHealthyAsync("web", 3);
        Assert.Equal(before, server.RealPids().Order());
    }

    /// <summary>What the group's first instance has said so far; nothing where there is none yet.</summary>
    private static async Task<string> FirstLogAsync(DevServer server, string group)
    {
        var instances = (await server.MusterAsync("group", "instances", group, "--json")).Good().Json.EnumerateArray().ToList();
        var log = instances.Count > 0 && instances[0].GetProperty("attributes").TryGetProperty("log", out var path)
            ? path.GetString()
            : null;
        return log is not null && File.Exists(log) ? await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken) : "";
    }

    private static bool Is(JsonElement activity, string type, string status) =>
        activity.GetProperty("type").GetString() == type && activity.GetProperty("status").GetString() == status;
}
