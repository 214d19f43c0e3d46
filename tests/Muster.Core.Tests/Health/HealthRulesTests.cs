using System.Collections.Immutable;

using Muster.Core.Health;

namespace Muster.Core.Tests.Health;

public sealed class HealthRulesTests
{
    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var check = Resolve(new() { Kind = "http", Port = 8080 });

        Assert.Equal(new() { Kind = ProbeKind.Http, Port = 8080 }, check);
        Assert.Equal("http on port 8080, / every 10s", HealthWords.Of(check));
    }

    [Theory]
    [InlineData("http", 0, null, "/", null, null, "health.port")]
    [InlineData("http", 70000, null, "/", null, null, "health.port")]
    [InlineData("http", null, null, "/", null, null, "health.port")]
    [InlineData("http", 80, "port", "/", null, null, "health.port")]
    [InlineData("http", null, "a port", "/", null, null, "health.attribute")]
    [InlineData("http", 80, null, "healthz", null, null, "health.path")]
    [InlineData("http", 80, null, "/a b", null, null, "health.path")]
    [InlineData("http", 80, null, "/", 5.0, 6.0, "health.timeout_s")]
    [InlineData("http", 80, null, "/", 0.5, null, "health.interval_s")]
    [InlineData("ftp", 80, null, null, null, null, "health.kind")]
    [InlineData(null, 80, null, null, null, null, "health.kind")]
    [InlineData("tcp", 80, null, "/", null, null, "health.path")]
    public void What_cannot_be_is_refused_by_its_field(
        string? kind, int? port, string? attribute, string? path, double? interval, double? timeout, string field) => Assert.Contains(
            Errors(new()
            {
                Kind = kind,
                Port = port,
                Attribute = attribute,
                Path = path,
                IntervalSeconds = interval,
                TimeoutSeconds = timeout,
            }),
            error => error.Field == field);

    [Fact]
    public void A_refusal_shows_what_was_given_and_of_headers_the_names_alone() => Assert.Equal(
        [
            "health.path is '/healthz': nothing: a health check by tcp has none",
            "health.headers is 'X-Token': nothing: a health check by tcp has none",
            "health.verify_tls is 'false': nothing: a health check by tcp has none",
            "health.service is '': nothing: a health check by tcp has none",
            "health.timeout_s is '90': at most the interval, 1m",
        ],
        Errors(new()
        {
            Kind = "tcp",
            Port = 80,
            Path = "/healthz",
            Headers = ImmutableSortedDictionary<string, string>.Empty.Add("X-Token", "hush"),
            VerifyTls = false,
            Service = "",
            IntervalSeconds = 60,
            TimeoutSeconds = 90,
        }).Select(error => error.ToString()));

    [Fact]
    public void All_that_is_wrong_is_said_at_once() => Assert.Equal(
        ["health.port", "health.path", "health.method", "health.expect", "health.network", "health.grace_s"],
        Errors(new()
        {
            Kind = "http",
            Port = 0,
            Path = "x",
            Method = "BREW",
            Expect = "2xx",
            Network = "somewhere",
            GraceSeconds = -1,
        }).Select(error => error.Field));

    [Fact]
    public void A_header_that_the_client_sets_itself_or_that_smuggles_a_line_is_refused() => Assert.Equal(
        ["health.headers", "health.headers.X-Token"],
        Errors(new()
        {
            Kind = "http",
            Port = 80,
            Headers = ImmutableSortedDictionary<string, string>.Empty.Add("Content-Length", "5").Add("X-Token", "a\r\nHost: b"),
        }).Select(error => error.Field));

    [Fact]
    public void A_shorter_interval_takes_the_time_out_along() =>
        Assert.Equal(TimeSpan.FromSeconds(1), Resolve(new() { Kind = "tcp", Port = 1, IntervalSeconds = 1 })!.Timeout);

    [Fact]
    public void Another_kind_keeps_the_times_and_nothing_else()
    {
        var web = Resolve(new() { Kind = "http", Port = 80, Path = "/x", IntervalSeconds = 3 });
        var tcp = HealthRules.Resolve(new() { Kind = "tcp", Port = 81 }, web, None());

        Assert.Equal(new() { Kind = ProbeKind.Tcp, Port = 81, Interval = TimeSpan.FromSeconds(3) }, tcp);
    }

    [Fact]
    public void What_is_not_named_stays_and_none_removes_it()
    {
        var web = Resolve(new() { Kind = "http", Port = 80, Path = "/x" });

        Assert.Equal(web! with { UnhealthyAfter = 7 }, HealthRules.Resolve(new() { UnhealthyAfter = 7 }, web, None()));
        Assert.Same(web, HealthRules.Resolve(null, web, None()));
        Assert.Null(HealthRules.Resolve(new() { Kind = "none" }, web, None()));
    }

    [Theory]
    [InlineData("200-299", 204, true)]
    [InlineData("200-299", 302, false)]
    [InlineData("200,301-302", 302, true)]
    [InlineData("200,301-302", 300, false)]
    public void Expected_codes_are_single_ones_and_ranges(string expect, int status, bool isExpected) =>
        Assert.Equal(isExpected, HealthRules.IsExpected(expect, status));

    private static HealthCheck? Resolve(HealthEdit edit)
    {
        var errors = None();
        var check = HealthRules.Resolve(edit, null, errors);
        Assert.Empty(errors);
        return check;
    }

    private static ImmutableArray<InputError> Errors(HealthEdit edit)
    {
        var errors = None();
        HealthRules.Resolve(edit, null, errors);
        return errors.ToImmutable();
    }

    private static ImmutableArray<InputError>.Builder None() => ImmutableArray.CreateBuilder<InputError>();
}
