using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Gce;
using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Credentials;
using Muster.Core.Clouds;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Gce;

public sealed class GceCredentialTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_kept_until_shortly_before_its_end()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-29T12:00:00Z", null));
        await using var harness = await GceHarness.StartAsync(time: time);
        await harness.ListAsync();
        time.Advance(TimeSpan.FromMinutes(55));
        await harness.ListAsync();
        var before = TokensOf(harness);

        time.Advance(TimeSpan.FromMinutes(2));
        await harness.ListAsync();

        Assert.Equal((1, 2), (before, TokensOf(harness)));
    }

    [Fact]
    public async Task A_key_that_is_rotated_counts_from_the_next_token_on()
    {
        await using var harness = await GceHarness.StartAsync();
        await harness.ListAsync();
        harness.Account.IsKeyDeleted = true;
        harness.Simulator.RevokeTokens();
        harness.WriteKey("key.json", harness.Simulator.AddServiceAccount("muster"));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());
        await harness.ListAsync();

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
    }

    [Fact]
    public async Task A_deleted_key_says_what_to_do()
    {
        await using var harness = await GceHarness.StartAsync();
        harness.Account.IsKeyDeleted = true;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(
            "Google gives no token for service account muster@muster-demo.iam.gserviceaccount.com (status 400, invalid_grant: Invalid JWT "
            + "Signature.): its key is deleted or disabled there, or the account is: make another with `gcloud iam service-accounts keys "
            + "create` and put it in the place of the old file",
            error.Message);
        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_named()
    {
        await using var harness = await GceHarness.StartAsync(options => options.ClockSkew = TimeSpan.FromHours(2));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Matches("this machine's clock is (7199|7200|7201) s behind Google's: set it$", error.Message);
    }

    [Theory]
    [InlineData(503, CloudErrorKind.Unavailable)]
    [InlineData(429, CloudErrorKind.Throttled)]
    public async Task A_service_of_tokens_that_is_away_leaves_no_doubt_about_a_launch(int status, CloudErrorKind kind)
    {
        await using var harness = await GceHarness.StartAsync(options => options.Faults = request =>
            request.Path == "token" ? new Fault.Answer(status, "{}") : null);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(kind, error.Kind);
        Assert.Empty(harness.Simulator.Machines.All);
    }

    [Fact]
    public async Task A_token_that_still_counts_is_used_while_the_service_is_away()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-29T12:00:00Z", null));
        await using var harness = await GceHarness.StartAsync(time: time);
        await harness.ListAsync();
        harness.Options.Faults = request => request.Path == "token" ? new Fault.Answer(503, "{}") : null;
        time.Advance(TimeSpan.FromMinutes(58));

        await harness.ListAsync();
        time.Advance(TimeSpan.FromMinutes(3));
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task A_person_s_login_of_gcloud_is_taken()
    {
        await using var harness = await GceHarness.StartAsync();
        harness.Simulator.AddRefreshToken("1//good");
        string File(string token) => harness.Write(
            $"{token.GetHashCode(StringComparison.Ordinal)}.json",
            $$"""
            {"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"{{token}}",
             "token_uri":"{{harness.Simulator.TokenUrl}}"}
            """);
        await using var good = harness.Open(("project", harness.Options.Project), ("credentials_file", File("1//good")));
        await using var bad = harness.Open(("project", harness.Options.Project), ("credentials_file", File("1//old")));

        await good.LaunchAsync(harness.Request(), Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(() => bad.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(
            "Google gives no token for a person's login of gcloud (status 400, invalid_grant: Token has been expired or revoked.): log in "
            + "again with `gcloud auth application-default login`, or better give Muster a service account of its own",
            error.Message);
        Assert.DoesNotContain("1//old", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_identity_is_exchanged_and_acts_as_a_service_account()
    {
        await using var harness = await GceHarness.StartAsync();
        harness.Simulator.AddSubjectToken("jwt-of-the-cluster");
        var token = harness.Write("token.json", """{"id_token":"jwt-of-the-cluster"}""");
        var file = harness.Write(
            "wif.json",
            $$$"""
            {"type":"external_account","audience":"//iam.googleapis.com/projects/42/locations/global/workloadIdentityPools/p/providers/k",
             "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"{{{harness.Simulator.ExchangeUrl}}}",
             "service_account_impersonation_url":"{{{harness.Simulator.ImpersonationUrl}}}",
             "credential_source":{"file":"{{{token}}}","format":{"type":"json","subject_token_field_name":"id_token"} } }
            """);
        await using var cloud = harness.Open(("project", harness.Options.Project), ("credentials_file", file));

        await cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Write("token.json", """{"id_token":"of another cluster"}""");
        harness.Simulator.RevokeTokens();
        await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(harness.Request(), Cancellation));
        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("the provider of its workload identity pool does not take the token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_of_Google_s_needs_no_file()
    {
        await using var harness = await GceHarness.StartAsync();
        // Not by the kind: a developer's machine may have a login of gcloud, which comes first.
        var tokens = new MetadataTokens(harness.Simulator.Url.Authority, new TokenCalls(TimeProvider.System));
        var options = new GceCloudOptions
        {
            Cloud = "east", Project = harness.Options.Project, Region = GceHarness.Region, Endpoint = harness.Simulator.Endpoint,
            ResourceManagerEndpoint = harness.Simulator.Url, Timeout = TimeSpan.FromSeconds(30),
        };
        await using var cloud = new GceCloud(
            options, new TokenCache(tokens, TimeProvider.System), harness.Random, TimeProvider.System, _ => { });

        await cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal(0, TokensOf(harness));
    }

    private static int TokensOf(GceHarness harness) => harness.Simulator.Calls.GetValueOrDefault(("POST token", 200));
}
