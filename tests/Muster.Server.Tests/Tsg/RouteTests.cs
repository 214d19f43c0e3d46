namespace Muster.Server.Tests.Tsg;

/// <summary>Section 1 of what clients of the original count on: paths, methods, redirects.</summary>
public sealed class RouteTests : TsgTests
{
    [Theory]
    [InlineData("/v1/tsg")]
    [InlineData("/v1/tsg/")]
    [InlineData("/v1/tsg/nothing")]
    [InlineData("/v1/tsg/groups/a/b/c")]
    [InlineData("/v1/tsg/groups/" + Nobody)]
    [InlineData("/v1/tsg/templates/" + Nobody)]
    [InlineData("/v1/tsg/groups/" + Nobody + "/instances")]
    [InlineData("/v1/tsg/groups/no-id")]
    [InlineData("/v1/tsg/templates/no-id")]
    public async Task What_is_not_there_is_one_line_of_plain_text(string path) =>
        (await GetAsync(path)).Says(404, "404 page not found");

    [Theory]
    [InlineData("HEAD", "/v1/tsg/groups")]
    [InlineData("OPTIONS", "/v1/tsg/groups")]
    [InlineData("DELETE", "/v1/tsg/groups")]
    [InlineData("PUT", "/v1/tsg/templates")]
    [InlineData("PATCH", "/v1/tsg/templates/" + Nobody)]
    [InlineData("PUT", "/v1/tsg/templates/" + Nobody)]
    [InlineData("POST", "/v1/tsg/groups/" + Nobody)]
    [InlineData("POST", "/v1/tsg/groups/" + Nobody + "/increment")]
    [InlineData("PUT", "/v1/tsg/groups/" + Nobody + "/instances")]
    public async Task A_wrong_method_is_refused_without_a_word(string method, string path) =>
        (await SendAsync(method, path)).IsEmpty(405);

    [Theory]
    [InlineData("/v1/tsg/groups/", "/v1/tsg/groups")]
    [InlineData("/v1/tsg/templates/", "/v1/tsg/templates")]
    [InlineData("/v1/tsg/groups/x/instances/", "/v1/tsg/groups/x/instances")]
    [InlineData("/v1/tsg/groups/%0D%0Ax/", "/v1/tsg/groups/%0D%0Ax")]
    public async Task A_trailing_slash_is_redirected(string path, string to)
    {
        var answer = await GetAsync(path);

        Assert.Equal((301, to), (answer.Status, answer.Location));
        Assert.Equal($"<a href=\"{to}\">Moved Permanently</a>.\n\n", answer.Body);
        Assert.Equal("text/html; charset=utf-8", answer.ContentType);
    }

    [Fact]
    public async Task Content_type_accept_and_versions_are_no_matter()
    {
        var answer = await SendAsync(
            "GET", "/v1/tsg/groups", body: null, ("Accept", "text/html"), ("Accept-Version", "8"), ("If-Match", "nonsense"));

        Assert.Equal((200, "[]", "application/json; charset=utf-8"), (answer.Status, answer.Body, answer.ContentType));
    }

    [Fact]
    public async Task Without_a_cloud_there_is_no_facade()
    {
        await using var other = await Support.RunningServer.StartDevAsync();

        (await other.GetAsync("/v1/tsg/groups")).Problem(404, "unknown_path");
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        var answer = await SendAsync("POST", "/v1/tsg/templates", new string(' ', 2 * 1024 * 1024));

        Assert.Equal(413, answer.Status);
        Assert.StartsWith("text/plain", answer.ContentType, StringComparison.Ordinal);
    }
}
