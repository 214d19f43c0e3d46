using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Requests;

public sealed class IdempotencyTests
{
    private const string Template = """{"name":"web","cloud":"sim","image":"hello","tags":{"a":"1","b":"2"}}""";
    private const string Group = """{"name":"shop","template":"web","capacity":{"desired":3}}""";

    [Fact]
    public async Task The_same_key_and_template_again_returns_the_first_result()
    {
        await using var server = await RunningServer.StartDevAsync();

        var first = (await PostAsync(server, "/v1/templates", Template, "k1")).Good(201);
        var again = (await PostAsync(
            server, "/v1/templates", """{ "image":"hello", "cloud":"sim","name":"web","tags":{"b":"2","a":"1"} }""", "k1")).Good(201);

        Assert.Equal(first.Body, again.Body);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        (await PostAsync(server, "/v1/templates", Template.Replace("hello", "other", StringComparison.Ordinal), "k1"))
            .Problem(422, "idempotency_key_reused", "Idempotency-Key");
        (await PostAsync(server, "/v1/templates", Template, "k2")).Problem(409, "duplicate_name", "name");
    }

    [Fact]
    public async Task The_same_key_and_group_again_returns_the_group_also_after_it_was_changed_renamed_and_archived()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        var first = (await PostAsync(server, "/v1/groups", Group, "\"k1\"")).Good(201);
        var id = first.Json.GetProperty("id").GetString();

        Assert.Equal(first.Body, (await PostAsync(server, "/v1/groups", Group, "k1")).Good(201).Body);

        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"desired":5}""")).Good(200);
        (await server.SendAsync("PATCH", "/v1/groups/shop", """{"name":"store"}""")).Good(200);
        var changed = (await PostAsync(server, "/v1/groups", Group, "k1")).Good(201);
        Assert.Equal((id, "store", 5), (
            changed.Json.GetProperty("id").GetString(),
            changed.Json.GetProperty("name").GetString(),
            changed.Json.GetProperty("capacity").GetProperty("desired").GetInt32()));

        (await PostAsync(server, "/v1/groups", Group.Replace("3", "4", StringComparison.Ordinal), "k1"))
            .Problem(422, "idempotency_key_reused", "Idempotency-Key");
        (await server.SendAsync("DELETE", "/v1/groups/store?instances=keep")).Good(200);
        Assert.Equal("archived", (await PostAsync(server, "/v1/groups", Group, "k1")).Good(201).Json.GetProperty("phase").GetString());
        Assert.Single((await server.GetAsync("/v1/groups?include_archived=true")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Many_requests_with_one_key_at_once_make_one_group_and_all_return_it()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(server, "/v1/groups", Group, "k1")));

        Assert.Single(answers.Select(answer => answer.Good(201).Json.GetProperty("id").GetString()).Distinct());
        Assert.Single((await server.GetAsync("/v1/groups/shop/activities")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Of_many_requests_with_one_key_at_once_all_but_one_say_that_they_replay()
    {
        await using var server = await RunningServer.StartDevAsync();

        foreach (var (path, body) in ((string, string)[])[("/v1/templates", Template), ("/v1/groups", Group)])
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => PostAsync(server, path, body, "k1")));

            Assert.Single(answers.Select(answer => answer.Good(201).Json.GetProperty("id").GetString()).Distinct());
            Assert.Single(answers, answer => !answer.Headers.Contains("Idempotent-Replayed"));
        }
    }

    [Fact]
    public async Task A_replay_reads_the_beginning_of_a_trail_and_not_all_of_it()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        (await PostAsync(server, "/v1/groups", Group, "k1")).Good(201);
        var asked = new List<string>();
        server.Faults.Before = method =>
        {
            lock (asked)
            {
                asked.Add(method);
            }
        };

        Assert.True((await PostAsync(server, "/v1/groups", Group, "k1")).Good(201).Headers.Contains("Idempotent-Replayed"));

        Assert.DoesNotContain(nameof(Core.Storage.IStore.ListActivitiesAsync), asked);
        Assert.Single(asked, nameof(Core.Storage.IStore.FirstActivityAsync));
    }

    [Fact]
    public async Task Of_many_different_requests_with_one_key_at_once_one_is_made_and_the_others_are_told()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            PostAsync(server, "/v1/groups", Group.Replace("shop", $"shop{i}", StringComparison.Ordinal), "k1")));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.Problem(422, "idempotency_key_reused"));
        Assert.Single((await server.GetAsync("/v1/groups")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_key_belongs_to_one_account_and_one_kind_of_thing()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var one = await server.AddTokenAsync("one", "operate", "one");
        var two = await server.AddTokenAsync("two", "operate", "two");

        var first = (await PostAsync(server, "/v1/templates", Template, "k1", one)).Good(201);
        var second = (await PostAsync(server, "/v1/templates", Template, "k1", two)).Good(201);
        var group = (await PostAsync(server, "/v1/groups", Group, "k1", one)).Good(201);

        Assert.Equal(3, new[] { first, second, group }.Select(answer => answer.Json.GetProperty("id").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("\"\"")]
    [InlineData("a\"b")]
    public async Task A_malformed_key_is_named(string key)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await PostAsync(server, "/v1/templates", Template, key)).Problem(400, "malformed_header", "Idempotency-Key");
        (await PostAsync(server, "/v1/groups", Group, new string('k', 256))).Problem(400, "malformed_header", "Idempotency-Key");
        (await server.SendAsync("POST", "/v1/templates", Template, headers: [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]))
            .Problem(400, "malformed_header", "Idempotency-Key");
    }

    [Fact]
    public async Task A_refused_request_does_not_use_up_its_key()
    {
        await using var server = await RunningServer.StartDevAsync();

        (await PostAsync(server, "/v1/groups", Group, "k1")).Problem(400, "unknown_template", "template");
        await server.AddTemplateAsync();
        (await PostAsync(server, "/v1/groups", Group, "k1")).Good(201);
    }

    private static Task<Answer> PostAsync(RunningServer server, string path, string body, string key, string? token = null) =>
        server.SendAsync("POST", path, body, headers: token is null
            ? [("Idempotency-Key", key)]
            : [("Idempotency-Key", key), ("Authorization", $"Bearer {token}")]);
}
