using System.Security.Cryptography.X509Certificates;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Tests.Daemons;
using Muster.Core.Clouds;
using Muster.Simulators.Kit;
using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>Tokens: one for all calls, renewed before its end and after a refusal.</summary>
public sealed class OpenStackTokenTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_at_once_share_one_token()
    {
        await using var harness = await OpenStackHarness.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => harness.ListAsync()));

        Assert.Equal(1, Tokens(harness));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = await OpenStackHarness.StartAsync(time, options => options.TokenLife = TimeSpan.FromHours(1));
        await harness.ListAsync();

        time.Advance(TimeSpan.FromMinutes(54));
        await harness.ListAsync();
        var before = Tokens(harness);
        time.Advance(TimeSpan.FromMinutes(2));
        await harness.ListAsync();

        Assert.Equal((1, 2), (before, Tokens(harness)));
        Assert.DoesNotContain(harness.Simulator.Calls.Keys, call => call.Status == 401);
    }

    [Fact]
    public async Task The_life_of_a_token_goes_by_the_service_s_own_clock()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.ClockSkew = TimeSpan.FromHours(-5));

        await harness.ListAsync();
        await harness.ListAsync();

        Assert.Equal(1, Tokens(harness));
    }

    [Fact]
    public async Task A_call_whose_token_was_revoked_is_made_once_more_with_a_new_one()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await harness.ListAsync();
        harness.Simulator.RevokeTokens();

        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Single(harness.Simulator.Servers.Alive);
        Assert.Equal(2, Tokens(harness));
    }

    [Fact]
    public async Task A_service_that_refuses_new_tokens_as_well_is_asked_twice_and_no_more()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await harness.ListAsync();
        harness.Options.Faults = request => request.Path.StartsWith("compute/", StringComparison.Ordinal)
            ? new Fault.Answer(401, """{"error":{"code":401,"message":"no","title":"Unauthorized"}}""")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(
            "list servers: 401: no; a new token was refused as well: the user, the application credential or the project may be disabled",
            error.Message);
        Assert.Equal(2, harness.Simulator.Calls[("GET servers", 401)]);
    }

    [Fact]
    public async Task While_the_identity_service_is_away_the_token_before_goes_on()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = await OpenStackHarness.StartAsync(time);
        await harness.ListAsync();
        harness.Options.Faults = request => request.Path is "identity/auth/tokens" ? new Fault.Answer(503, "away") : null;

        time.Advance(TimeSpan.FromMinutes(57));
        Assert.Empty(await harness.ListAsync());
        time.Advance(TimeSpan.FromMinutes(4));
        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task A_password_that_was_changed_in_its_file_counts_from_the_next_token_on()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await harness.ListAsync();
        harness.Simulator.AddUser(new(OpenStackHarness.User, "another", ["member"]));
        harness.Simulator.RevokeTokens();
        var refused = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        harness.WriteClouds("clouds.yaml", "another");

        Assert.Equal(CloudErrorKind.Unauthorized, refused.Kind);
        Assert.Contains(
            $"401 The request you have made requires authentication.: the identity service does not know the user, its password or "
            + $"application credential, or its project; they are from the cloud 'rack' of {harness.CloudsFile}",
            refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(OpenStackHarness.Password, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task An_application_credential_works_as_well()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var path = harness.Write(
            "app.yaml",
            $"""
            clouds:
              app:
                auth:
                  auth_url: {harness.Simulator.IdentityUrl}/v3
                  application_credential_id: {OpenStackHarness.ApplicationId}
                  application_credential_secret: {OpenStackHarness.ApplicationSecret}
            """);
        await using var cloud = harness.Open(("clouds_file", path));

        await cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Single(await OpenStackHarness.ListAllAsync(cloud));
    }

    [Theory]
    [InlineData("region_name", "Mars", "region_name is 'Mars': the catalogue has RegionOne")]
    [InlineData("interface", "admin", "interface is 'admin': the catalogue has compute service for public, internal")]
    public async Task An_endpoint_that_there_is_not_is_told_with_those_that_there_are(string option, string value, string told)
    {
        await using var harness = await OpenStackHarness.StartAsync(cloudOptions: (option, value));

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Unauthorized, told), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Of_several_regions_one_must_be_named()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.HasTwoRegions = true);
        var path = harness.Write(
            "two.yaml",
            $"""
            clouds:
              two:
                auth:
                  auth_url: {harness.Simulator.IdentityUrl}
                  username: {OpenStackHarness.User}
                  password: '{OpenStackHarness.Password}'
                  project_id: {Catalogue.ProjectId}
            """);
        await using var cloud = harness.Open(("clouds_file", path));
        await using var second = harness.Open(("clouds_file", path), ("region_name", Catalogue.OtherRegion));

        var error = await Assert.ThrowsAsync<CloudException>(() => OpenStackHarness.ListAllAsync(cloud));

        Assert.Equal(
            "the catalogue has the regions RegionOne, RegionTwo: name one in region_name, and make a cloud of each", error.Message);
        Assert.Empty(await OpenStackHarness.ListAllAsync(second));
    }

    [Theory]
    [InlineData(404, "there is no identity service of version 3 at", CloudErrorKind.Unauthorized)]
    [InlineData(403, "look at the cloud 'rack'", CloudErrorKind.Unauthorized)]
    [InlineData(429, "get a token", CloudErrorKind.Throttled)]
    [InlineData(500, "get a token", CloudErrorKind.Unavailable)]
    [InlineData(200, "answers without a token and its times", CloudErrorKind.Unavailable)]
    public async Task What_the_identity_service_refuses_is_told_by_its_kind(int status, string told, CloudErrorKind kind)
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.Faults =
            request => request.Path is "identity/auth/tokens" ? new Fault.Answer(status, "{}") : null);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(kind, error.Kind);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_of_the_cloud_s_own_is_believed_where_it_is_named_and_the_refusal_says_how()
    {
        var directory = Directory.CreateTempSubdirectory("muster-openstack-tls-");
        try
        {
            Certificates.Make(directory.FullName);
            string Path(string name) => System.IO.Path.Combine(directory.FullName, name);
            using var pem = X509Certificate2.CreateFromPemFile(Path("server.crt"), Path("server.key"));
            using var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            await using var harness = await OpenStackHarness.StartAsync(options => options.Certificate = certificate);
            await using var trusting = harness.Open(("authority_file", Path("ca.crt")));

            var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

            Assert.StartsWith("https://", harness.Simulator.IdentityUrl, StringComparison.Ordinal);
            Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
            Assert.EndsWith(
                "; where the cloud has an authority of its own, name the file with its certificate in authority_file", error.Message,
                StringComparison.Ordinal);
            Assert.Empty(await OpenStackHarness.ListAllAsync(trusting));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static int Tokens(OpenStackHarness harness) => harness.Simulator.Calls.GetValueOrDefault(("POST auth", 201));
}
