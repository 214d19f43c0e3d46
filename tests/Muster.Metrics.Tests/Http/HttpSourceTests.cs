using Muster.Conformance.Metrics;
using Muster.Core.Metrics;
using Muster.Metrics.Tests.Support;

namespace Muster.Metrics.Tests.Http;

public sealed class HttpConformanceTests : MetricSourceConformance
{
    protected override Task<MetricSourceHarness> OpenAsync()
    {
        var groups = new Dictionary<MetricScope, double> { [Some.Group("web")] = 12, [Some.Group("jobs")] = 3.5 };
        var folder = new Folder();
        var site = new Site((request, _) =>
            request.Headers["X-Token"] != "good-one" ? (401, "go away")
            : groups.Where(group => request.RawUrl == $"/load/{group.Key.Name}").Select(group => group.Value).ToArray() is [var value]
                ? (200, $$"""{"load":{{value.ToString(System.Globalization.CultureInfo.InvariantCulture)}}}""")
                : (404, "no such group"));
        return Task.FromResult<MetricSourceHarness>(new WebHarness(
            (port, secret) => Some.Open(
                "http", ("url", $"{WebHarness.Http(port)}/load/$group"), ("pointer", "/load"),
                ("headers_file", folder.Secret(secret!, $"X-Token: {secret}\n"))),
            new Uri(site.Url).Port, "good-one", groups, site, new Disposing(folder)));
    }
}

public sealed class HttpSourceTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("91", "", 91)]
    [InlineData("\"91.5\"", "", 91.5)]
    [InlineData("""{"a":{"b/c":[0,7e1]}}""", "/a/b~1c/1", 70)]
    [InlineData("""{"":{"~":-2}}""", "//~0", -2)]
    public async Task The_pointer_names_a_number(string body, string at, double value)
    {
        await using var site = new Site(body);
        await using var source = Some.Open("http", ("url", site.Url), ("pointer", at));

        Assert.Equal([new MetricSample(value)], await Some.SamplesAsync(source));
    }

    [Fact]
    public async Task An_object_or_a_list_has_a_value_for_each_instance()
    {
        await using var site = new Site("""{"o":{"a":1,"b":2},"l":[{"host":"x","v":{"cpu":3}},{"host":"y","v":{"cpu":4}}]}""");
        await using var ofObject = Some.Open("http", ("url", site.Url), ("pointer", "/o"));
        await using var ofList = Some.Open(
            "http", ("url", site.Url), ("pointer", "/l"), ("instance_pointer", "/host"), ("value_pointer", "/v/cpu"));

        Assert.Equal([new(1, "a"), new(2, "b")], await Some.SamplesAsync(ofObject));
        Assert.Equal([new(3, "x"), new(4, "y")], await Some.SamplesAsync(ofList));
    }

    [Theory]
    [InlineData("1767225600")]
    [InlineData("\"2026-01-01T00:00:00Z\"")]
    [InlineData("\"2026-01-01T01:00:00+01:00\"")]
    public async Task The_answer_says_when_it_was_so(string time)
    {
        await using var site = new Site($$"""{"at":{{time}},"v":5}""");
        await using var source = Some.Open("http", ("url", site.Url), ("pointer", "/v"), ("time_pointer", "/at"));

        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Assert.Single(await Some.SamplesAsync(source)).At);
    }

    [Fact]
    public async Task One_request_serves_all_groups_where_the_pointer_tells_them_apart()
    {
        await using var site = new Site("""{"web":1,"jobs":2}""");
        await using var source = Some.Open("http", ("url", site.Url), ("pointer", "/$group"));
        var (web, jobs) = (Some.Group("web"), Some.Group("jobs"));

        var answers = await source.ReadAsync([web, jobs], TestContext.Current.CancellationToken);

        Assert.Equal([1, 2], answers.Select(answer => answer.Samples[0].Value));
        Assert.Single(site.Asked);
    }

    [Fact]
    public async Task A_group_s_name_leads_nowhere_else()
    {
        await using var site = new Site("1");
        await using var source = Some.Open("http", ("url", $"{site.Url}/a/$group/b?g=$group&id=$group_id"));
        var group = Some.Group("../x?y#z&w");

        await source.ReadAsync([group], TestContext.Current.CancellationToken);

        Assert.Equal(
            $"/a/..%2Fx%3Fy%23z%26w/b?g=..%2Fx%3Fy%23z%26w&id={group.Group}", Assert.Single(site.Asked));
    }

    [Theory]
    [InlineData("{}", "/a", "the answer has nothing at /a")]
    [InlineData("""{"a":null}""", "/a", "the answer has null at /a: a number is needed")]
    [InlineData("""{"a":"many"}""", "/a", "the answer has a text at /a: a number is needed")]
    [InlineData("""[{"instance":"x"}]""", "", "the answer has nothing at /0/value")]
    [InlineData("""[{"value":1}]""", "", "the answer names no instance at /0/instance")]
    public async Task What_is_not_there_or_no_number_is_told_with_its_place(string body, string at, string why)
    {
        await using var site = new Site(body);
        await using var source = Some.Open("http", ("url", site.Url), ("pointer", at));

        Assert.Equal(why, await Some.FailureAsync(source));
    }

    [Fact]
    public async Task Four_hundred_digits_are_infinite_and_a_thousand_are_no_number()
    {
        await using var site = new Site($"[{{\"instance\":\"a\",\"value\":{new string('9', 400)}}}]");
        await using var longer = new Site(new string('9', 1_001));
        await using var source = Some.Open("http", ("url", site.Url));
        await using var other = Some.Open("http", ("url", longer.Url));

        Assert.Equal(double.PositiveInfinity, Assert.Single(await Some.SamplesAsync(source)).Value);
        Assert.Contains("a number is needed", await Some.FailureAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_told_and_not_followed()
    {
        await using var goal = new Site("1");
        await using var port = Port.Saying($"HTTP/1.1 307 Go\r\nLocation: {goal.Url}\r\nContent-Length: 0\r\n\r\n");
        await using var source = Some.Open("http", ("url", WebHarness.Http(port.Number)));

        Assert.Equal(
            $"127.0.0.1:{port.Number} redirects to {goal.Url} (HTTP 307): redirects are not followed, name the final address in url",
            await Some.FailureAsync(source));
        Assert.Empty(goal.Asked);
    }

    [Fact]
    public void Every_wrong_option_is_told_at_once() => Assert.Equal(
        $"""
        metrics.load.concurrency is '0': 1 to 32
        metrics.load.headers_file is '{_folder.Path}/headers': a file of lines such as X-Token: abc (line 2 is none)
        metrics.load.pointer is 'a/b': a JSON Pointer such as /data/cpu; ~0 stands for ~ and ~1 for / in a name
        metrics.load.url is 'http://h/#x': an address such as http://127.0.0.1:9090 or https://metrics.example, without user and password, and without #
        metrics.load.value_pointer is '/~2': a JSON Pointer such as /data/cpu; ~0 stands for ~ and ~1 for / in a name
        """,
        Some.Refusals(
            "http", ("url", "http://h/#x"), ("pointer", "a/b"), ("value_pointer", "/~2"), ("concurrency", "0"),
            ("headers_file", _folder.Secret("headers", "X-A: 1\nnothing\n"))),
        ignoreLineEndingDifferences: true);
}
