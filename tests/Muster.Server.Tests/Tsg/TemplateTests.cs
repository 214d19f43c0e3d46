using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Server.Tests.Tsg;

/// <summary>Section 2 of what clients of the original count on.</summary>
public sealed partial class TemplateTests : TsgTests
{
    private const string Everything =
        $$$"""
        {"template_name":"web","package":"{{{Package}}}","image_id":"{{{Image}}}","firewall_enabled":true,"networks":["a","b"],
        "userdata":"#!/bin/sh\necho <&>","metadata":{"z":"1","a":"\u2028é"},"tags":{"role":"web"},"id":"ignored","unknown":[1]}
        """;

    [Fact]
    public async Task A_template_comes_back_byte_for_byte_as_the_original_writes_it()
    {
        var made = await SendAsync("POST", "/v1/tsg/templates", Everything);

        var (id, created) = (made.Json.GetProperty("id").GetString()!, made.Json.GetProperty("created_at").GetString()!);
        var expected =
            $$"""{"id":"{{id}}","template_name":"web","package":"{{Package}}","image_id":"{{Image}}","firewall_enabled":true,"networks":["a","b"],"""
            + $$"""
            "userdata":"#!/bin/sh\necho \u003c\u0026\u003e","metadata":{"a":"\u2028é","z":"1"},"tags":{"role":"web"},"created_at":"{{created}}"}
            """;
        Assert.Equal((201, expected, "application/json; charset=utf-8"), (made.Status, made.Body, made.ContentType));
        Assert.Equal($"/v1/tsg/templates/{id}", made.Location);
        Assert.Matches(GoTime(), created);
        Assert.Equal(expected, (await GetAsync($"/v1/tsg/templates/{id}")).Body);
        Assert.Equal($"[{expected}]", (await GetAsync("/v1/tsg/templates")).Body);
    }

    [Fact]
    public async Task What_was_left_out_comes_back_as_the_original_kept_it()
    {
        var id = await AddTemplateAsync();

        var body = (await GetAsync($"/v1/tsg/templates/{id}")).Body;

        Assert.Contains(
            "\"firewall_enabled\":false,\"networks\":[\"\"],\"userdata\":\"\",\"metadata\":null,\"tags\":null,",
            body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Networks_are_split_at_commas_and_ids_kept_as_sent()
    {
        var package = Package.ToUpper(CultureInfo.InvariantCulture);
        var made = await SendAsync(
            "POST", "/v1/tsg/templates",
            $$"""{"TEMPLATE_NAME":"web","Package":"{{package}}","image_id":"urn:uuid:{{Image}}","networks":["a,b","","c"]}""");

        Assert.Equal(201, made.Status);
        Assert.Contains($"\"package\":\"{package}\",\"image_id\":\"urn:uuid:{Image}\"", made.Body, StringComparison.Ordinal);
        Assert.Contains("\"networks\":[\"a\",\"b\",\"c\"]", made.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_of_a_name_counts_and_null_is_as_left_out()
    {
        var made = await SendAsync(
            "POST", "/v1/tsg/templates",
            $$"""{"template_name":"one","template_name":"two","package":"{{Package}}","image_id":"{{Image}}","userdata":null,"tags":null,"networks":null}""");

        Assert.Equal("two", made.Json.GetProperty("template_name").GetString());
    }

    [Theory]
    [InlineData("", "error in unmarshal request body")]
    [InlineData("null", "error in unmarshal request body")] // Defect 17: the original's handler crashed.
    [InlineData("[]", "error in unmarshal request body")]
    [InlineData("{", "error in unmarshal request body")]
    [InlineData("{} x", "error in unmarshal request body")]
    [InlineData("""{"template_name":5}""", "error in unmarshal request body")]
    [InlineData("""{"id":5}""", "error in unmarshal request body")]
    [InlineData("""{"created_at":"yesterday"}""", "error in unmarshal request body")]
    [InlineData("""{"firewall_enabled":"true"}""", "error in unmarshal request body")]
    [InlineData("""{"networks":"a"}""", "error in unmarshal request body")]
    [InlineData("""{"tags":{"a":1}}""", "error in unmarshal request body")]
    [InlineData("""{"template_name":"\ud800"}""", "error in unmarshal request body")]
    [InlineData("{}", "package must be a valid UUID")]
    [InlineData("""{"package":"g4-highcpu-256M"}""", "package must be a valid UUID")]
    [InlineData($$"""{"package":"{{Package}}","image_id":"x"}""", "imageID must be a valid UUID")]
    [InlineData(
        $$"""{"package":"{{Package}}","image_id":"{{Image}}"}""", "template name must be 1 to 182 characters of A-Z a-z 0-9 . _ -")]
    [InlineData(
        $$"""{"template_name":"my web","package":"{{Package}}","image_id":"{{Image}}"}""",
        "template name must be 1 to 182 characters of A-Z a-z 0-9 . _ -")]
    public async Task A_wrong_template_is_refused_in_the_originals_words(string body, string text) =>
        (await SendAsync("POST", "/v1/tsg/templates", body)).Says(422, text);

    [Fact]
    public async Task A_tag_of_musters_own_is_refused()
    {
        var answer = await SendAsync(
            "POST", "/v1/tsg/templates",
            $$$"""{"template_name":"web","package":"{{{Package}}}","image_id":"{{{Image}}}","tags":{"muster.group":"x"}}""");

        Assert.Equal(422, answer.Status);
        Assert.Contains("muster.group", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_name_is_a_conflict_whoever_made_the_other()
    {
        await AddTemplateAsync("web");
        await Server.PostAsync("/v1/templates", """{"name":"elsewhere","cloud":"other","image":"hello"}""");

        foreach (var name in new[] { "web", "elsewhere" })
        {
            (await SendAsync(
                "POST", "/v1/tsg/templates", $$"""{"template_name":"{{name}}","package":"{{Package}}","image_id":"{{Image}}"}"""))
                .Says(409, $"Cannot create template \"{name}\", conflicts with another template.");
        }
    }

    [Fact]
    public async Task Templates_of_other_clouds_are_not_shown()
    {
        var other = (await Server.PostAsync("/v1/templates", """{"name":"elsewhere","cloud":"other","image":"hello"}""")).Json
            .GetProperty("id");

        Assert.Equal("[]", (await GetAsync("/v1/tsg/templates")).Body);
        (await GetAsync($"/v1/tsg/templates/{other}")).Says(404, "404 page not found");
        (await SendAsync("DELETE", $"/v1/tsg/templates/{other}")).Says(404, "404 page not found");
    }

    [Fact]
    public async Task A_template_that_v1_made_is_shown_as_far_as_it_can_be()
    {
        await Server.AddTemplateAsync("from-v1");

        var shown = (await GetAsync("/v1/tsg/templates")).Json[0];

        Assert.Equal(("from-v1", "", "hello"), (
            shown.GetProperty("template_name").GetString(),
            shown.GetProperty("package").GetString(),
            shown.GetProperty("image_id").GetString()));
    }

    [Fact]
    public async Task A_template_is_deleted_once_no_group_uses_it()
    {
        var template = await AddTemplateAsync();
        var group = await AddGroupAsync(template: template);
        (await SendAsync("DELETE", $"/v1/tsg/templates/{template}"))
            .Says(409, $"Cannot delete template \"{template}\" while in use, must be removed from all groups first.");

        // As terraform destroy does it: without waiting for the machines.
        (await SendAsync("DELETE", $"/v1/tsg/groups/{group}")).IsEmpty(204);
        (await SendAsync("DELETE", $"/v1/tsg/templates/{template}")).IsEmpty(204);

        (await GetAsync($"/v1/tsg/templates/{template}")).Says(404, "404 page not found");
        (await SendAsync("DELETE", $"/v1/tsg/templates/{template}")).Says(404, "404 page not found");
        await AddTemplateAsync();
    }

    [Fact(DisplayName = "Defect 29: an id that is none is not found, where the original showed its database's words with 500")]
    public async Task An_id_that_is_none_is_not_found() =>
        (await SendAsync("DELETE", "/v1/tsg/templates/5")).Says(404, "404 page not found");

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$")]
    private static partial Regex GoTime();
}
