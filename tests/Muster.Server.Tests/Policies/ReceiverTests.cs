using System.Net.Http.Headers;
using System.Text;

using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Policies;

public sealed class ReceiverTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_the_secret_tells_a_level_and_nobody_else_does()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 3);
        var made = await server.Client.CreatePolicyAsync("shop", new() { Name = "pager", Kind = "receiver" }, Cancel);
        Assert.NotNull(made.Secret);

        var taken = (await server.SendAsync("POST", $"{made.Path}/{made.Secret}", """{"desired":6,"reason":"the sale begins","more":1}"""))
            .Good(200);
        Assert.Equal(6, taken.Json.GetProperty("desired").GetInt32());
        (await server.SendAsync("POST", $"{made.Path}/{made.Secret![..^1]}x", """{"desired":9}""")).Problem(404, "receiver_not_found");
        (await server.SendAsync("POST", $"{made.Path}", """{"desired":9}""")).Problem(404, "receiver_not_found");
        await server.RoundAsync(Cancel);

        var group = await server.Client.GetGroupAsync("shop", Cancel);
        Assert.Equal((6, "pager", "the sale begins → 6"), (group.Capacity.Desired, group.Capacity.Author, group.Capacity.Reason));
        Assert.Null(group.Policies![0].Secret);

        // The web framework's own lines, which a server does not write, have the whole path.
        var own = server.Logs.Lines.Where(line => line.Contains(" answered ", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(own, line => line.Contains(made.Secret, StringComparison.Ordinal));
        Assert.Contains(own, line => line.Contains($"{made.Path}/***", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_in_a_header_opens_it_too_and_a_new_one_closes_it_for_the_old()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 3);
        var made = await server.Client.CreatePolicyAsync("shop", new() { Name = "pager", Kind = "receiver" }, Cancel);

        Assert.Equal(200, await CallAsync(server, made.Path!, made.Secret!));
        var renewed = await server.Client.RenewSecretAsync("shop", "pager", Cancel);
        Assert.NotEqual(made.Secret, renewed.Secret);
        Assert.Equal(404, await CallAsync(server, made.Path!, made.Secret!));
        Assert.Equal(200, await CallAsync(server, made.Path!, renewed.Secret!));
    }

    [Fact]
    public async Task An_alarm_that_fires_moves_the_level_once_a_cool_down_and_asks_for_nothing_when_it_is_over()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 10);
        var made = await server.Client.CreatePolicyAsync(
            "shop", new() { Name = "pager", Kind = "receiver", OnAlarm = "+30%" }, Cancel);
        var firing = Alert("firing");

        var first = (await server.SendAsync("POST", $"{made.Path}/{made.Secret}", firing)).Good(200);
        await server.RoundAsync(Cancel);
        var again = (await server.SendAsync("POST", $"{made.Path}/{made.Secret}", firing)).Good(200);
        await server.RoundAsync(Cancel);

        Assert.Equal("alarm TooSlow: +30%", first.Json.GetProperty("reason").GetString());
        Assert.StartsWith("nothing more until", again.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(13, (await server.Client.GetGroupAsync("shop", Cancel)).Capacity.Desired);
        (await server.SendAsync("POST", $"{made.Path}/{made.Secret}", Alert("resolved"))).Good(200);
        await server.RoundAsync(Cancel);
        var policy = await server.Client.GetPolicyAsync("shop", "pager", Cancel);
        Assert.Equal((null, "alarm TooSlow is over"), (policy.Recommends, policy.Reason));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"desired":1,"adjust":"+1"}""")]
    [InlineData("""{"desired":-1}""")]
    [InlineData("""{"desired":1.5}""")]
    [InlineData("""{"adjust":"lots"}""")]
    [InlineData("""{"value":1e999}""")]
    [InlineData("""{"alerts":7}""")]
    [InlineData("[]")]
    public async Task What_a_receiver_does_not_understand_is_refused_with_what_it_takes(string body)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 3);
        var made = await server.Client.CreatePolicyAsync("shop", new() { Name = "pager", Kind = "receiver" }, Cancel);

        (await server.SendAsync("POST", $"{made.Path}/{made.Secret}", body)).Problem(400, "invalid_input");
    }

    [Fact]
    public async Task Readings_are_pushed_one_by_one_or_many_at_once_and_bounded_before_they_are_believed()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("jobs", desired: 0);
        await server.Client.CreatePolicyAsync(
            "jobs", new() { Name = "work", Kind = "backlog", Metric = "queue", PerInstance = 100 }, Cancel);

        Assert.Equal(1, (await server.Client.PushReadingsAsync("jobs", new() { Metric = "queue", Value = 340 }, Cancel)).Taken);
        await server.RoundAsync(Cancel);
        Assert.Equal(4, (await server.Client.GetGroupAsync("jobs", Cancel)).Capacity.Desired);

        await PushAsync(server, """{"readings":[{"metric":"a","value":1},{"metric":"a","value":2,"at":"2001-01-01T00:00:00Z"}]}""",
            "readings[1].at");
        await PushAsync(server, """{"metric":"queue"}""", "value");
        await PushAsync(server, """{"metric":"no name","value":1}""", "metric");
        await PushAsync(server, """{"metric":"queue","value":1,"at":"2999-01-01T00:00:00Z"}""", "at");
        await PushAsync(server, $$"""{"readings":[{{string.Join(',', Enumerable.Repeat("""{"metric":"a","value":1}""", 1001))}}]}""",
            "readings");
    }

    private static async Task PushAsync(RunningServer server, string body, string field)
    {
        var problem = (await server.SendAsync("POST", "/v1/groups/jobs/readings", body)).Problem(400, "invalid_input");
        Assert.Equal(field, Assert.Single(problem.Errors).Field);
    }

    private static async Task<int> CallAsync(RunningServer server, string path, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent("""{"desired":4}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var answer = await server.Http.SendAsync(request, Cancel);
        return (int)answer.StatusCode;
    }

    private static string Alert(string status) =>
        $$$"""
        {"version":"4","status":"{{{status}}}","receiver":"muster","groupLabels":{},"commonLabels":{"alertname":"TooSlow"},
         "alerts":[{"status":"{{{status}}}","labels":{"alertname":"TooSlow","job":"web"},"annotations":{"summary":"p99 over 2 s"}}]}
        """;
}
