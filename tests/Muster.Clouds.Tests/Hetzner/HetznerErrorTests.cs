using System.Text.Json;

using Muster.Core.Clouds;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Hetzner;

/// <summary>What each refusal of the API means: the table of the page, row by row.</summary>
public sealed class HetznerErrorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "unauthorized", CloudErrorKind.Unauthorized, CloudErrorKind.Unauthorized)]
    [InlineData(403, "forbidden", CloudErrorKind.Unauthorized, CloudErrorKind.Unauthorized)]
    [InlineData(403, "token_readonly", CloudErrorKind.Unauthorized, CloudErrorKind.Unauthorized)]
    [InlineData(429, "rate_limit_exceeded", CloudErrorKind.Throttled, CloudErrorKind.Throttled)]
    [InlineData(403, "resource_limit_exceeded", CloudErrorKind.QuotaExceeded, CloudErrorKind.QuotaExceeded)]
    [InlineData(412, "resource_unavailable", CloudErrorKind.OutOfStock, CloudErrorKind.OutOfStock)]
    [InlineData(503, "placement_error", CloudErrorKind.OutOfStock, CloudErrorKind.OutOfStock)]
    [InlineData(422, "no_subnet_available", CloudErrorKind.OutOfStock, CloudErrorKind.OutOfStock)]
    [InlineData(422, "ip_not_available", CloudErrorKind.OutOfStock, CloudErrorKind.OutOfStock)]
    [InlineData(423, "locked", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(409, "conflict", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(503, "maintenance", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(503, "unavailable", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(422, "invalid_input", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(422, "invalid_server_type", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(400, "unsupported_error", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(400, "json_error", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(423, "resource_locked", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(410, "deprecated_api_endpoint", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(404, "not_found", CloudErrorKind.InvalidRequest, CloudErrorKind.NotFound)]
    [InlineData(500, "server_error", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    [InlineData(500, "service_error", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    [InlineData(500, "unknown_error", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    [InlineData(504, "timeout", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    [InlineData(502, "bad_gateway", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    // A code that came later than this table: its status speaks.
    [InlineData(418, "teapot", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(503, "asleep", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    public async Task A_refusal_is_told_by_its_kind(int status, string code, CloudErrorKind launch, CloudErrorKind look)
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.Faults = _ => Refusal(status, code, "no"));

        var ofLaunch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var ofLook = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((launch, look), (ofLaunch.Kind, ofLook.Kind));
        Assert.Contains($"({code}, {status})", ofLaunch.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unauthorized", "hetzner POST /servers: no (unauthorized, 401): the token is unknown or was deleted: make one in the "
        + "Hetzner Console, Security, API tokens")]
    [InlineData("token_readonly", "hetzner POST /servers: no (token_readonly, 401): the token may only read: make one with Read & Write in "
        + "the Hetzner Console, Security, API tokens")]
    [InlineData("resource_limit_exceeded",
        "hetzner POST /servers: no (resource_limit_exceeded, 401): ask Hetzner for a higher limit in the Hetzner "
        + "Console, Limits")]
    public async Task A_refusal_says_what_to_do(string code, string message)
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.Faults = _ => Refusal(401, code, "no"));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public async Task A_wrong_field_is_told_with_the_templates_value()
    {
        var fault = new Fault.Answer(
            422,
            """
            {"error":{"code":"invalid_input","message":"invalid input in field 'image'","details":{"fields":[
              {"name":"image","messages":["image not found"]},{"name":"ssh_keys","messages":["no such key"]}]}}}
            """);
        await using var harness = await HetznerHarness.StartAsync(options => options.Faults = _ => fault);
        var request = harness.Request(template =>
            template with { Image = "debian-99", Options = template.Options.Add("ssh_keys", "jane") });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(
            "hetzner POST /servers: image is 'debian-99': options.ssh_keys is 'jane': invalid input in field 'image'; image: image not "
            + "found; ssh_keys: no such key (invalid_input, 422)",
            error.Message);
    }

    [Fact]
    public async Task What_the_words_alone_are_about_is_told_with_the_templates_value()
    {
        await using var harness = await HetznerHarness.StartAsync(
            options => options.Faults = _ => Refusal(422, "invalid_server_type", "no"));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.StartsWith("hetzner POST /servers: size is 'cx22': no ", error.Message, StringComparison.Ordinal);
    }

    // The refusal of the real API begins so; frappe/press#5857 shows one.
    [Fact]
    public async Task A_spent_hour_is_waited_for_ten_seconds_and_its_refusal_shows_no_token()
    {
        await using var harness = await HetznerHarness.StartAsync(options => (options.PerSecond, options.Burst) = (0.001, 1));
        await harness.ListAsync();

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Throttled, TimeSpan.FromSeconds(10)), (error.Kind, error.RetryAfter));
        Assert.Equal(
            "hetzner GET /servers: Limit of '1' requests per hour for token '***...' reached. (rate_limit_exceeded, 429)", error.Message);
    }

    [Fact]
    public async Task What_throttles_in_front_of_the_API_keeps_its_own_time()
    {
        await using var harness = await HetznerHarness.StartAsync(
            options => options.Faults = _ => new Fault.Answer(429, "slow down", RetryAfter: "77", ContentType: "text/plain"));

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Throttled, TimeSpan.FromSeconds(77)), (error.Kind, error.RetryAfter));
    }

    [Fact]
    public async Task HTML_is_told_as_such_and_a_launch_that_it_answers_is_ambiguous()
    {
        await using var harness = await HetznerHarness.StartAsync(
            options => options.Faults = _ => new Fault.Answer(502, "<html>Bad gateway</html>", Html: true));

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var list = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable), (launch.Kind, list.Kind));
        Assert.Contains("HTML", list.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_protected_is_not_terminated_and_says_how_to_lift_that()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Servers.SetProtection(HetznerHarness.IdOf(launched), isProtected: true);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Equal(
            $"hetzner DELETE /servers/{launched.Id}: server deletion is protected (protected, 423): lift its delete protection first: "
            + "hcloud server disable-protection",
            error.Message);
        Assert.Equal("true", Assert.Single(await harness.ListAsync()).Attributes["delete_protection"]);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_terminated_later_unless_it_is_being_deleted()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.Stopping = new(TimeSpan.FromHours(1)));
        var (busy, going) = (
            await harness.Cloud.LaunchAsync(harness.Request(), Cancellation),
            await harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        await harness.Cloud.TerminateAsync(going.Id, Cancellation);
        harness.Options.Faults = request => request.Method == "DELETE" ? Refusal(423, "locked", "an action is running") : null;

        await harness.Cloud.TerminateAsync(going.Id, Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(busy.Id, Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    private static Fault.Answer Refusal(int status, string code, string message) =>
        new(status, JsonSerializer.Serialize(new { error = new { code, message } }));
}
