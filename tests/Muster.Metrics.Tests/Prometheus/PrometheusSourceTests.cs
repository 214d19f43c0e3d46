using System.Collections.Immutable;

using Muster.Conformance.Metrics;
using Muster.Core.Metrics;
using Muster.Metrics.Prometheus;
using Muster.Metrics.Tests.Support;

namespace Muster.Metrics.Tests.Prometheus;

public sealed class PrometheusSourceTests(PrometheusServer server) : IClassFixture<PrometheusServer>, IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    internal static Task<MetricSourceHarness> HarnessAsync(
        PrometheusServer server, string query, params (string Name, string Value)[] more)
    {
        var folder = new Folder();
        return Task.FromResult<MetricSourceHarness>(new WebHarness(
            (port, secret) => Some.Open(
                "prometheus",
                [
                    ("url", WebHarness.Http(port)), ("query", query), ("user", PrometheusServer.User),
                    ("password_file", folder.Secret(secret!, secret!)), .. more,
                ]),
            server.Port, PrometheusServer.Password, server.Groups, new Disposing(folder)));
    }

    [Fact]
    public async Task A_vector_is_read_for_each_instance()
    {
        await using var source = Open("cpu{group=\"web\"}", ("instance_label", "host"));

        Assert.Equal(
            [new(49.75, "a"), new(50.25, "b")],
            (await Some.SamplesAsync(source)).OrderBy(sample => sample.Instance).ToArray());
    }

    [Theory]
    [InlineData("scalar(sum(cpu{group=\"web\"}))")]
    [InlineData("scalar(sum(cpu{group=\"$group\"})) # a comment at the end")]
    [InlineData("sum(cpu{group='$group'})")]
    [InlineData("sum(cpu{id=\"$group_id\"}) or vector(100)")]
    public async Task Scalars_and_single_series_are_one_value(string query)
    {
        await using var source = Open(query);
        var sample = Assert.Single(await Some.SamplesAsync(source, Some.Group("web")));

        Assert.Null(sample.Instance);
        Assert.Equal(100, sample.Value);
    }

    [Theory]
    [InlineData("sum(", "the server refuses the query: invalid parameter \"query\":")]
    [InlineData("cpu[5m]", "the query comes to a range vector: ask for an instant")]
    [InlineData("\"web\"", "the query comes to a string: a vector or a scalar is needed")]
    [InlineData("cpu{group=\"$group\"}[5m]", "expected type instant vector in call to function \"label_replace\", got range vector")]
    [InlineData("nothing_of_the_kind", "the query comes to nothing for this group")]
    [InlineData("cpu{group=\"$group\"} * on(group) group_right() cpu", "the server refuses the query: found duplicate series")]
    public async Task What_the_server_refuses_and_what_is_no_current_value_is_told_in_its_words(string query, string words)
    {
        await using var source = Open(query);

        Assert.Contains(words, await Some.FailureAsync(source, server.Groups.Keys.First()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_without_the_label_of_instances_are_to_be_aggregated()
    {
        await using var source = Open("cpu", ("instance_label", "no_such_label"));

        Assert.Equal(
            "the query comes to 6 series for this group, some without the label no_such_label: aggregate them",
            await Some.FailureAsync(source));
    }

    [Fact]
    public async Task No_number_is_handed_on_as_it_is()
    {
        await using var source = Open("broken");

        Assert.True(double.IsNaN(Assert.Single(await Some.SamplesAsync(source)).Value));
    }

    [Fact]
    public async Task A_query_that_fails_for_one_group_is_answered_for_the_others()
    {
        // Two series of the same group cannot be matched by group alone; the other groups have none of them.
        await using var source = Open(
            "sum(cpu{group=\"$group\"}) or (vector(1) / on() (cpu{group=\"$group\",host=~\"a|b\"} and on() cpu{group=\"web\"} "
            + "and on(group) cpu{group=\"web\"}))");
        var answers = await source.ReadAsync([.. server.Groups.Keys], TestContext.Current.CancellationToken);

        var web = server.Groups.Keys.First();
        Assert.Contains("found duplicate series", Assert.Single(answers, answer => answer.Group == web.Group).Failure ?? "",
            StringComparison.Ordinal);
        Assert.All(answers.Where(answer => answer.Group != web.Group), answer => Assert.Null(answer.Failure));
    }

    [Fact]
    public async Task Groups_of_one_name_are_told_apart_by_id_and_by_account()
    {
        var web = server.Groups.Keys.First();
        var namesake = Some.Group(web.Name);
        await using var byId = Open("avg by (id) (cpu)", ("group_label", "id"));
        await using var byName = Open("avg by (group) (cpu)", ("group_label", "group"));

        var told = await byId.ReadAsync([web, namesake], TestContext.Current.CancellationToken);
        Assert.Equal(50, Assert.Single(told, answer => answer.Group == web.Group).Samples[0].Value);
        Assert.Equal("the query comes to nothing for this group", Assert.Single(told, answer => answer.Group == namesake.Group).Failure);
        Assert.StartsWith("several accounts have a group web", await Some.FailureAsync(byName, web, namesake), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_groups_need_fifty_requests_and_one_where_a_label_names_the_group()
    {
        await using var site = new Site((_, body) => (200, Answers(body)));
        await using var each = Some.Open("prometheus", ("url", site.Url), ("query", "cpu{group=\"$group\"}"));
        await using var all = Some.Open("prometheus", ("url", site.Url), ("query", "cpu"), ("group_label", "group"));
        ImmutableArray<MetricScope> groups = [.. Enumerable.Range(0, 10_000).Select(i => Some.Group($"group-{i}"))];

        var answers = await each.ReadAsync(groups, TestContext.Current.CancellationToken);

        Assert.InRange(site.Asked.Count, 50, 100);
        Assert.Equal(10_000, answers.Count(answer => answer.Failure is null));
        site.Asked.Clear();
        await all.ReadAsync(groups, TestContext.Current.CancellationToken);
        Assert.Single(site.Asked);

        static string Answers(string body)
        {
            var count = body.Split("label_replace").Length - 1;
            var series = Enumerable.Range(0, count).Select(i => $$"""{"metric":{"muster_group":"{{i}}"},"value":[1,"{{i}}"]}""");
            return $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', series)}}}]}}""";
        }
    }

    [Fact]
    public async Task Warnings_are_refused_unless_they_are_accepted()
    {
        await using var site = new Site(
            """{"status":"success","warnings":["a part did not answer"],"data":{"resultType":"scalar","result":[1,"3"]}}""");
        await using var strict = Some.Open("prometheus", ("url", site.Url), ("query", "a"));
        await using var lax = Some.Open("prometheus", ("url", site.Url), ("query", "a"), ("warnings", "accept"));

        Assert.Contains("warns of its answer: a part did not answer", await Some.FailureAsync(strict), StringComparison.Ordinal);
        Assert.Equal(3, Assert.Single(await Some.SamplesAsync(lax)).Value);
    }

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"@"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"@"]}}""")]
    public async Task Four_hundred_digits_are_infinite(string template)
    {
        await using var site = new Site(template.Replace("@", new string('9', 400), StringComparison.Ordinal));
        await using var source = Some.Open("prometheus", ("url", site.Url), ("query", "a"));

        Assert.Equal(double.PositiveInfinity, Assert.Single(await Some.SamplesAsync(source)).Value);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":["x"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[7]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,{}]}}""")]
    [InlineData("""{"status":7,"data":[]}""")]
    public async Task An_answer_that_is_none_of_Prometheus_is_told_as_such(string body)
    {
        await using var site = new Site(body);
        await using var source = Some.Open("prometheus", ("url", site.Url), ("query", "a"));

        Assert.Contains("is not one of Prometheus", await Some.FailureAsync(source), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histograms_are_refused_by_name()
    {
        await using var site = new Site(
            """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}""");
        await using var source = Some.Open("prometheus", ("url", site.Url), ("query", "a"));

        Assert.StartsWith("the query comes to histograms", await Some.FailureAsync(source), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bearer_token_that_is_rotated_is_used_at_once()
    {
        await using var site = new Site("""{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}""");
        var file = _folder.Secret("token", "one\n");
        await using var source = Some.Open("prometheus", ("url", $"{site.Url}/deep/"), ("query", "a"), ("token_file", file));

        await Some.SamplesAsync(source);
        _folder.Secret("token", "two\n");
        await Some.SamplesAsync(source);

        Assert.Equal(["Bearer one", "Bearer two"], site.Headers.Select(headers => headers["Authorization"]));
        Assert.All(site.Asked, path => Assert.Equal("/deep/api/v1/query", path));
    }

    [Fact]
    public void A_group_s_name_stays_inside_of_its_quotes()
    {
        var scope = Some.Group("x\"}) or vector(1) or (cpu{a=\"");
        var batch = Assert.Single(QueryBatch.Cut("cpu{group=\"$group\"}", [scope], isScalar: false));

        Assert.DoesNotContain("vector(1)", batch.Text, StringComparison.Ordinal);
        Assert.Contains(@"x\U00000022\U0000007d", batch.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_hold_each_group_once_and_no_more_than_they_may()
    {
        ImmutableArray<MetricScope> groups = [.. Enumerable.Range(0, 1_000).Select(i => Some.Group($"{new string('g', 170)}{i}"))];

        var batches = QueryBatch.Cut(new string('$', 1) + "group " + new string('x', 4_000), groups, isScalar: true).ToArray();

        Assert.Equal(groups, batches.SelectMany(batch => batch.Groups));
        Assert.All(batches, batch => Assert.InRange(batch.Text.Length, 1, QueryBatch.LengthMax));
        Assert.All(batches, batch => Assert.InRange(batch.Groups.Length, 1, QueryBatch.GroupsMax));
    }

    [Fact]
    public void Every_wrong_option_is_told_at_once() => Assert.Equal(
        """
        metrics.load.account_label is 'account': only together with group_label
        metrics.load.colour is 'red': no such option; allowed are url, query, instance_label, group_label, account_label, warnings, user, password_file, token_file, ca_file, certificate_file, key_file
        metrics.load.instance_label is 'a-b': a label's name: letters, digits and _
        metrics.load.password_file is missing: user and password_file go together
        metrics.load.query is missing: a query as PromQL, such as avg by (group, instance) (cpu), of at most 8000 characters
        metrics.load.url is 'ftp://x': an address such as http://127.0.0.1:9090 or https://metrics.example, without user and password
        metrics.load.warnings is 'maybe': refuse or accept
        """,
        Some.Refusals(
            "prometheus", ("url", "ftp://x"), ("colour", "red"), ("instance_label", "a-b"), ("account_label", "account"),
                ("warnings", "maybe"),
            ("user", "me")),
        ignoreLineEndingDifferences: true);

    [Fact]
    public void A_password_in_the_address_is_refused_and_not_shown()
    {
        var refusal = Some.Refusals("prometheus", ("url", "http://me:s3cret@127.0.0.1:9090"), ("query", "a"));

        Assert.DoesNotContain("s3cret", refusal, StringComparison.Ordinal);
        Assert.Contains("they go to user and password_file", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_others_can_read_is_refused() => Assert.Contains(
        "a file that only its owner may read: chmod 600",
        Some.Refusals("prometheus", ("url", "http://h"), ("query", "a"), ("token_file", _folder.Write("open", "t"))),
        StringComparison.Ordinal);

    private IMetricSource Open(string query, params (string Name, string Value)[] more) => Some.Open(
        "prometheus",
        [
            ("url", server.Url), ("query", query), ("user", PrometheusServer.User),
            ("password_file", _folder.Secret("password", PrometheusServer.Password)), .. more,
        ]);
}
