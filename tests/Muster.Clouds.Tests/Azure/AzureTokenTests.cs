using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Azure.Tokens;
using Muster.Clouds.Kit.Http;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Azure;

/// <summary>The ways to come by a token.</summary>
public sealed class AzureTokenTests
{
    [Fact]
    public async Task A_certificate_proves_the_application()
    {
        await using var harness = await AzureHarness.StartAsync();
        var (certificate, whole) = MakeCertificate();
        harness.Simulator.SetCertificate(certificate);
        await using var cloud = harness.Open(("client_secret_file", ""), ("certificate_file", harness.Write("app.pem", whole)));

        Assert.Empty(await AzureHarness.ListAllAsync(cloud));
    }

    [Fact]
    public async Task A_certificate_that_the_application_does_not_have_is_unauthorized()
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Simulator.SetCertificate(MakeCertificate().Certificate);
        await using var cloud = harness.Open(
            ("client_secret_file", ""), ("certificate_file", harness.Write("app.pem", MakeCertificate().Whole)));

        var error = await Assert.ThrowsAsync<CloudException>(() => AzureHarness.ListAllAsync(cloud));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("the application does not have that certificate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_told_by_the_desk_too()
    {
        await using var harness = await AzureHarness.StartAsync(options => options.ClockSkew = TimeSpan.FromHours(1));
        var (certificate, whole) = MakeCertificate();
        harness.Simulator.SetCertificate(certificate);
        await using var cloud = harness.Open(("client_secret_file", ""), ("certificate_file", harness.Write("app.pem", whole)));

        var error = await Assert.ThrowsAsync<CloudException>(() => AzureHarness.ListAllAsync(cloud));

        Assert.Contains("the clock of this machine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_federated_token_proves_the_application_and_is_read_anew()
    {
        await using var harness = await AzureHarness.StartAsync();
        var file = harness.Write("federated", "first");
        harness.Simulator.FederatedToken = "first";
        await using var cloud = harness.Open(("client_secret_file", ""), ("federated_token_file", file));
        await AzureHarness.ListAllAsync(cloud);
        harness.Simulator.FederatedToken = "second";
        harness.Write("federated", "second\n");
        harness.Simulator.ExpireTokens();

        // The first call meets the token that is over; the next one has a new one, of the new file.
        await Assert.ThrowsAsync<CloudException>(() => AzureHarness.ListAllAsync(cloud));
        Assert.Empty(await AzureHarness.ListAllAsync(cloud));
        Assert.Equal(2, harness.Simulator.TokensGiven);
    }

    [Fact]
    public async Task A_rotated_secret_counts_from_the_next_token_on()
    {
        await using var harness = await AzureHarness.StartAsync(options => options.TokenLife = TimeSpan.FromMinutes(4));
        await harness.ListAsync();

        // Each token is too near to its end to be used twice.
        harness.Simulator.Secret = "new";
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());
        harness.Write("secret", "new");

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("the client secret is wrong", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Trace ID", error.Message, StringComparison.Ordinal);
        Assert.Empty(await harness.ListAsync());
    }

    [Theory]
    [InlineData("tenant_id", "11111111-0000-4000-8000-000000000001", "there is no such tenant: look at tenant_id")]
    [InlineData("client_id", "11111111-0000-4000-8000-000000000001", "the tenant knows no application with that client_id")]
    public async Task A_wrong_application_is_told_with_what_to_look_at(string option, string value, string hint)
    {
        await using var harness = await AzureHarness.StartAsync(null, (option, value));

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request(), TestContext.Current.CancellationToken));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, CloudErrorKind.Throttled)]
    [InlineData(503, CloudErrorKind.Unavailable)]
    [InlineData(404, CloudErrorKind.Unauthorized)]
    public async Task A_desk_that_gives_none_leaves_no_doubt_of_a_launch(int status, CloudErrorKind kind)
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Options.Faults = request => request.Path.EndsWith("/token", StringComparison.Ordinal)
            ? new Fault.Answer(status, "{}")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request(), TestContext.Current.CancellationToken));

        Assert.Equal(kind, error.Kind);
    }

    [Fact]
    public async Task Many_calls_at_once_ask_for_one_token()
    {
        await using var harness = await AzureHarness.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => harness.ListAsync()));

        Assert.Equal(1, harness.Simulator.TokensGiven);
    }

    [Fact]
    public async Task A_server_that_is_not_the_one_in_ca_file_gets_no_token()
    {
        await using var harness = await AzureHarness.StartAsync();
        await using var cloud = harness.Open(("ca_file", harness.Write("other.pem", MakeCertificate().Certificate)));

        var error = await Assert.ThrowsAsync<CloudException>(() => AzureHarness.ListAllAsync(cloud));

        Assert.Contains("signed by itself", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, harness.Simulator.TokensGiven);
    }

    [Fact]
    public async Task The_machine_s_identity_is_asked_for_as_its_metadata_service_wants_it()
    {
        var (request, token) = await AskAsync(
            Managed(client: "c1"), """{"access_token":"t","expires_in":"3600","expires_on":"99999999"}""");

        Assert.Equal(
            "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
            + "&resource=https%3A%2F%2Fmanagement.azure.com&client_id=c1",
            request.RequestUri!.AbsoluteUri);
        Assert.Equal(["true"], request.Headers.GetValues("Metadata"));
        Assert.Equal("t", token.Value);
        Assert.InRange(token.ExpiresAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public async Task An_app_s_identity_is_asked_for_at_the_place_that_it_was_told()
    {
        var (request, token) = await AskAsync(
            Managed(client: "") with { AppService = new("http://127.0.0.1:41/msi/token"), AppServiceHeader = "h" },
            $$"""{"access_token":"t","expires_on":"{{TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds()}}"}""");

        Assert.Equal(
            "http://127.0.0.1:41/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com",
            request.RequestUri!.AbsoluteUri);
        Assert.Equal(["h"], request.Headers.GetValues("X-IDENTITY-HEADER"));
        Assert.InRange(token.ExpiresAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(60));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"access_token":"a\r\nb","expires_in":3600}""")]
    [InlineData("[]")]
    public async Task What_is_no_token_is_not_sent_on(string answer)
    {
        var error = await Assert.ThrowsAsync<CloudException>(() => AskAsync(Managed(client: ""), answer));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    private static TokenOptions Managed(string client) => new()
    {
        Way = TokenWay.Managed, Authority = new("https://login.microsoftonline.com/"), Audience = "https://management.azure.com",
        Client = client,
        ReadFile = _ => "",
    };

    private static async Task<(HttpRequestMessage Request, AccessToken Token)> AskAsync(TokenOptions options, string answer)
    {
        var desk = new Desk(answer);
        using var fetcher = new TokenFetcher(
            options, new HttpCaller(desk, new HttpService("azure", options.Metadata), TimeProvider.System), TimeProvider.System,
            new SystemRandomSource());
        var token = await fetcher.FetchAsync(TestContext.Current.CancellationToken);
        return (desk.Asked!, token);
    }

    private static (string Certificate, string Whole) MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=muster", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var pem = certificate.ExportCertificatePem();
        return (pem, $"{pem}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    private sealed class Desk(string answer) : HttpMessageHandler
    {
        public HttpRequestMessage? Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = request;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer) });
        }
    }
}
