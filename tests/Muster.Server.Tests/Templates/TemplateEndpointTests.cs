using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Templates;

public sealed class TemplateEndpointTests
{
    [Fact]
    public async Task A_template_is_kept_as_it_was_given_and_read_back_by_id_and_by_name()
    {
        await using var server = await RunningServer.StartDevAsync();

        var made = (await server.PostAsync("/v1/templates", """
            {"name":"web","cloud":"sim","image":"hello","name_prefix":"w","size":"small","networks":["a","b"],"firewall_enabled":true,
             "user_data":"#!/bin/sh","metadata":{"k":"v"},"tags":{"team":"x"},"options":{"o":"1"}}
            """)).Good(201);

        var id = made.Json.GetProperty("id").GetString();
        Assert.Equal($"/v1/templates/{id}", made.Headers.Location?.ToString());
        foreach (var path in new[] { $"/v1/templates/{id}", "/v1/templates/web" })
        {
            var shown = (await server.GetAsync(path)).Good(200);
            Assert.Equal(made.Body, shown.Body);
            Assert.Equal("""["a","b"]""", shown.Json.GetProperty("networks").GetRawText());
            Assert.Equal("x", shown.Json.GetProperty("tags").GetProperty("team").GetString());
            Assert.True(shown.Json.GetProperty("firewall_enabled").GetBoolean());
        }
    }

    [Fact]
    public async Task Every_wrong_field_is_told_at_once_and_nothing_is_kept()
    {
        await using var server = await RunningServer.StartDevAsync();

        var answer = await server.PostAsync("/v1/templates", $$"""
            {"name":"{{new string('x', 183)}}","cloud":"nowhere","image":" ","tags":{"muster.group":"x"},"networks":[""],
             "user_data":"{{new string('u', 65537)}}"}
            """);

        answer.Problem(400, "invalid_input", "name", "cloud", "image", "tags.muster.group", "networks[0]", "user_data");
        Assert.Empty((await server.GetAsync("/v1/templates?include_archived=true")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task An_unknown_cloud_is_told_with_those_that_there_are()
    {
        await using var server = await RunningServer.StartDevAsync();

        var answer = await server.PostAsync("/v1/templates", """{"name":"web","cloud":"nowhere","image":"hello"}""");

        var problem = answer.Problem(400, "unknown_cloud", "cloud");
        Assert.Equal("nowhere", problem.Errors[0].Value);
        Assert.Contains("other, sim", problem.Errors[0].Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_cloud_does_not_have_is_refused_unless_the_check_is_skipped()
    {
        await using var server = await RunningServer.StartDevAsync();
        const string Body = """{"name":"web","cloud":"sim","image":"missing-image"}""";

        var problem = (await server.PostAsync("/v1/templates", Body)).Problem(400, "template_refused", "image");
        Assert.Equal("missing-image", problem.Errors[0].Value);

        var check = (await server.PostAsync("/v1/templates/check", Body)).Good(200);
        Assert.False(check.Json.GetProperty("good").GetBoolean());
        (await server.PostAsync("/v1/templates?check=maybe", Body)).Problem(400, "invalid_input", "check");
        (await server.PostAsync("/v1/templates?check=false", Body)).Good(201);
    }

    [Fact]
    public async Task A_taken_name_is_refused_until_its_owner_is_archived()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();

        (await server.PostAsync("/v1/templates", """{"name":"web","cloud":"sim","image":"other"}"""))
            .Problem(409, "duplicate_name", "name");

        var archived = (await server.SendAsync("DELETE", "/v1/templates/web")).Good(200);
        Assert.NotEqual("null", archived.Json.GetProperty("archived_at").GetRawText());
        (await server.GetAsync("/v1/templates/web")).Problem(404, "template_not_found");
        await server.AddTemplateAsync();
    }

    [Fact]
    public async Task Archiving_twice_changes_nothing_and_one_in_use_is_refused()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();

        (await server.SendAsync("DELETE", "/v1/templates/web")).Problem(409, "template_in_use");

        var spare = (await server.AddTemplateAsync("spare")).Json.GetProperty("id").GetString();
        var first = (await server.SendAsync("DELETE", $"/v1/templates/{spare}")).Good(200);
        var second = (await server.SendAsync("DELETE", $"/v1/templates/{spare}")).Good(200);
        Assert.Equal(first.Body, second.Body);
    }

    [Fact]
    public async Task Pages_go_by_name_and_their_cursor_leads_through_all_of_them()
    {
        await using var server = await RunningServer.StartDevAsync();
        foreach (var name in new[] { "c", "a", "e", "b", "d" })
        {
            await server.AddTemplateAsync(name);
        }

        var names = new List<string?>();
        var pages = 0;
        string? cursor = null;
        do
        {
            var page = (await server.GetAsync($"/v1/templates?limit=2{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}"))
                .Good(200).Json;
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
            cursor = page.GetProperty("next_cursor").GetString();
            pages++;
        }
        while (cursor is not null);

        Assert.Equal(["a", "b", "c", "d", "e"], names);
        Assert.Equal(3, pages);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("include_archived=perhaps", "include_archived")]
    [InlineData("cursor=%2F%2Fnonsense", "cursor")]
    public async Task A_wrong_query_parameter_is_named(string query, string field)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();

        (await server.GetAsync($"/v1/templates?{query}")).Problem(400, "invalid_input", field);
    }
}
