using System.Text.Json.Nodes;

using Muster.Core.Clouds;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.DigitalOcean;

/// <summary>Each row of the table in the page.</summary>
public sealed class DigitalOceanErrorsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "unauthorized", "Unable to authenticate you", CloudErrorKind.Unauthorized)]
    [InlineData(403, "forbidden", "You are not authorized to perform this operation", CloudErrorKind.Unauthorized)]
    [InlineData(404, "not_found", "The resource you were accessing could not be found.", CloudErrorKind.NotFound)]
    [InlineData(409, "conflict", "The request could not be completed", CloudErrorKind.Unavailable)]
    [InlineData(422, "unprocessable_entity", "creating this/these droplet(s) will exceed your droplet limit", CloudErrorKind.QuotaExceeded)]
    [InlineData(422, "unprocessable_entity", "This size is currently restricted, please open a ticket", CloudErrorKind.QuotaExceeded)]
    [InlineData(422, "unprocessable_entity", "Region is not available", CloudErrorKind.OutOfStock)]
    [InlineData(422, "unprocessable_entity", "size is unavailable", CloudErrorKind.OutOfStock)]
    [InlineData(422, "unprocessable_entity", "Size is not available in this region.", CloudErrorKind.OutOfStock)]
    [InlineData(422, "unprocessable_entity", "Due to high demand, capacity is limited here", CloudErrorKind.OutOfStock)]
    [InlineData(422, "unprocessable_entity", "Droplet already has a pending event.", CloudErrorKind.Unavailable)]
    [InlineData(422, "unprocessable_entity", "Droplet is locked", CloudErrorKind.Unavailable)]
    [InlineData(422, "unprocessable_entity", "something that nobody here has read yet", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "bad_request", "the body is not understood", CloudErrorKind.InvalidRequest)]
    [InlineData(429, "too_many_requests", "API rate limit exceeded.", CloudErrorKind.Throttled)]
    [InlineData(500, "server_error", "Unexpected server-side error", CloudErrorKind.Ambiguous)]
    [InlineData(503, "service_unavailable", "Service Unavailable", CloudErrorKind.Ambiguous)]
    public async Task A_refused_launch_is_told_by_its_kind_and_in_DigitalOcean_s_words(
        int status, string id, string message, CloudErrorKind kind)
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.Faults = _ => Refusal(status, id, message));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(kind, error.Kind);
        Assert.Contains($": {status} {id}: {message}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(DigitalOceanHarness.Token, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("You specified an invalid image for Droplet creation.", "(image is 'ubuntu-24-04-x64')")]
    [InlineData(
        "The image you specified is not available in the selected region, you can transfer it to this region from the images pages.",
        "(image is 'ubuntu-24-04-x64')")]
    [InlineData("You specified an invalid size for Droplet creation.", "(size is 's-1vcpu-1gb')")]
    [InlineData("You specified an invalid region for Droplet creation.", "(options.region is 'nyc3')")]
    [InlineData("7 are invalid key identifiers: SSH keys must be of the account", "(options.ssh_keys is '7')")]
    [InlineData("VPC uuid is invalid for the selected region", "(network is '00000000-0000-4000-8000-000000000000')")]
    public async Task A_refused_field_is_named_with_its_value(string message, string told)
    {
        await using var harness = await DigitalOceanHarness.StartAsync(
            options => options.Faults = _ => Refusal(422, "unprocessable_entity", message));
        var template = harness.GoodTemplate();
        var request = DigitalOceanHarness.Request(template with
        {
            Networks = ["00000000-0000-4000-8000-000000000000"],
            Options = template.Options.SetItem("region", "nyc3").SetItem("ssh_keys", "7"),
        });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.EndsWith(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTML_is_told_as_such_and_a_launch_that_it_answers_is_ambiguous()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(
            options => options.Faults = _ => new Fault.Answer(502, "<html>Bad Gateway</html>", Html: true));

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var list = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable), (launch.Kind, list.Kind));
        Assert.Contains("502, in HTML: something in front of DigitalOcean answers", list.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_says_where_a_new_one_goes()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        harness.Simulator.RemoveToken(DigitalOceanHarness.Token);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(
            "list droplets: 401 unauthorized: Unable to authenticate you; the token is revoked, has expired, or is mistyped: "
            + "make a new one and put it into the file that token_file names",
            error.Message);
    }

    [Theory]
    [InlineData("droplet:create")]
    [InlineData("tag:create")]
    [InlineData("image:read")]
    public async Task A_launch_with_a_token_that_lacks_a_scope_names_those_that_it_needs(string missing)
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        string[] all = ["droplet:create", "droplet:read", "tag:create", "tag:read", "image:read"];
        harness.Simulator.AddToken(DigitalOceanHarness.Token, [.. all.Where(scope => scope != missing)]);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        Assert.Contains("the account must not be locked: muster cloud check tells more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_with_the_scopes_of_the_page_launches_lists_checks_and_terminates()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var scopes = CloudKinds.Find("digitalocean")!.Description.LeastPrivilege
            .SelectMany(privilege => privilege.Calls.Split(',')).Select(scope => scope.Trim(' ', '`')).ToArray();
        harness.Simulator.AddToken(DigitalOceanHarness.Token, scopes);
        var template = harness.GoodTemplate();
        template = template with
        {
            Networks = [Simulators.DigitalOcean.Catalogue.Vpc],
            Image = "snapshot:web",
            Options = template.Options.SetItem("region", "nyc3").SetItem("ssh_keys", "289794"),
        };

        var check = await harness.Cloud.CheckAsync(template with { Size = "s-2vcpu-4gb" }, Cancellation);
        var launched = await harness.Cloud.LaunchAsync(DigitalOceanHarness.Request(template), Cancellation);
        Assert.Single(await harness.ListAsync());
        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.True(check.IsGood, string.Join("; ", check.Findings));
        Assert.Empty(harness.Simulator.Droplets.Alive);
    }

    [Fact]
    public async Task A_droplet_that_is_still_being_made_is_ended_later()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => (options.LocksNew, options.HangingShare) = (true, 1));
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Single(harness.Simulator.Droplets.Alive);
    }

    private static Fault.Answer Refusal(int status, string id, string message) =>
        new(status, new JsonObject { ["id"] = id, ["message"] = message }.ToJsonString());
}
