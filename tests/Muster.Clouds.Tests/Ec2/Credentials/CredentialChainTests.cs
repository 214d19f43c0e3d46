using System.Net;
using System.Security.Cryptography;
using System.Text;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Ec2.Credentials;
using Muster.Clouds.Ec2.Signing;
using Muster.Clouds.Kit;
using Muster.Core.Clouds;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;

namespace Muster.Clouds.Tests.Ec2.Credentials;

/// <summary>Where credentials come from, and when they are renewed. STS is the simulated one.</summary>
public sealed class CredentialChainTests : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::123456789012:role/muster";

    private const string Sso =
        "[profile me]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
        + "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x\n";

    private readonly Dictionary<string, string> _environment = [];
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private Ec2Harness _harness = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _harness = await Ec2Harness.StartAsync();
        _environment["HOME"] = _harness.Root;
        _environment["AWS_EC2_METADATA_DISABLED"] = "true";
        Directory.CreateDirectory(Path.Combine(_harness.Root, ".aws", "sso", "cache"));
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task The_environment_comes_first_and_then_the_credentials_file_which_is_read_anew()
    {
        Write(
            "credentials",
            "# mine\n[default]\naws_access_key_id = FILE1\naws_secret_access_key=s1\n"
            + "[other]\naws_access_key_id = O\naws_secret_access_key = so\naws_session_token = t\n");
        using var chain = Chain();
        Assert.Equal(new("FILE1", "s1"), await chain.GetAsync(Cancellation));

        Write("credentials", "[default]\naws_access_key_id = FILE2\naws_secret_access_key = s2\n");
        Assert.Equal(new("FILE2", "s2"), await chain.GetAsync(Cancellation));

        (_environment["AWS_ACCESS_KEY_ID"], _environment["AWS_SECRET_ACCESS_KEY"]) = ("ENV", "e");
        Assert.Equal(new("ENV", "e"), await chain.GetAsync(Cancellation));
    }

    [Fact]
    public async Task A_profile_that_the_configuration_names_goes_before_the_environment()
    {
        (_environment["AWS_ACCESS_KEY_ID"], _environment["AWS_SECRET_ACCESS_KEY"]) = ("ENV", "e");
        Write("config", "[profile other]\naws_access_key_id = O\naws_secret_access_key = so\ns3 =\n  max = 1\n");
        using var chain = Chain(options => options with { Profile = "other" });

        Assert.Equal(new("O", "so"), await chain.GetAsync(Cancellation));
    }

    [Fact]
    public async Task A_role_of_the_configuration_is_taken_on_and_renewed_before_it_ends()
    {
        Write("credentials", Key("default"));
        using var chain = Chain(options => options with { RoleArn = Role });

        var first = await chain.GetAsync(Cancellation);
        _time.Advance(TimeSpan.FromMinutes(54));
        Assert.Same(first, await chain.GetAsync(Cancellation));
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.StartsWith("ASIA", first.AccessKeyId, StringComparison.Ordinal);
        Assert.NotNull(first.SessionToken);
        // The clock of the simulator stands still: what is signed an hour later is refused.
        var error = await Assert.ThrowsAsync<CloudException>(async () => await chain.GetAsync(Cancellation));
        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.StartsWith($"sts AssumeRole: the role {Role} cannot be taken on (403 SignatureDoesNotMatch: ", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_given_out_and_is_forgotten_is_asked_for_anew()
    {
        Write("credentials", Key("default"));
        using var chain = Chain(options => options with { RoleArn = Role });
        var first = await chain.GetAsync(Cancellation);

        chain.Forget();

        Assert.NotEqual(first, await chain.GetAsync(Cancellation));
    }

    [Fact]
    public async Task A_credential_that_expired_early_costs_one_refused_call()
    {
        await using var cloud = _harness.Open(("role_arn", Role));
        await foreach (var _ in cloud.ListAsync(new(Local.Requests.Installation), Cancellation))
        {
        }

        _harness.Simulator.ExpireRoles();
        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(_harness.Request(), Cancellation));
        await cloud.LaunchAsync(_harness.Request(), Cancellation);

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.EndsWith("; the credential has expired: log in again, or give Muster one that is renewed, such as a role", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_s_role_stands_on_another_profile_or_on_itself()
    {
        Write("credentials", Key("base"));
        Write(
            "config",
            $"[profile ops]\nrole_arn = {Role}\nsource_profile = base\n"
            + Key("profile self") + $"role_arn = {Role}\nsource_profile = self\n");
        using var ops = Chain(options => options with { Profile = "ops" });
        using var self = Chain(options => options with { Profile = "self" });

        Assert.StartsWith("ASIA", (await ops.GetAsync(Cancellation)).AccessKeyId, StringComparison.Ordinal);
        Assert.StartsWith("ASIA", (await self.GetAsync(Cancellation)).AccessKeyId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_identity_is_exchanged_for_its_role()
    {
        var token = _harness.Write("token", "good\n");
        _environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = token;
        _environment["AWS_ROLE_ARN"] = Role;
        using var chain = Chain();
        Assert.StartsWith("ASIA", (await chain.GetAsync(Cancellation)).AccessKeyId, StringComparison.Ordinal);

        _harness.Write("token", "wrong");
        chain.Forget();
        var error = await Assert.ThrowsAsync<CloudException>(async () => await chain.GetAsync(Cancellation));

        Assert.Equal(
            (CloudErrorKind.Unauthorized,
                $"sts AssumeRoleWithWebIdentity: the role {Role} cannot be taken on (403 AccessDenied: Not authorized to perform "
                + "sts:AssumeRoleWithWebIdentity): does its trust policy name this credential?"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task An_instance_gives_its_role_by_imdsv2_alone()
    {
        await using var metadata = new SmallServer(request =>
            (request.HttpMethod, request.Url!.AbsolutePath, request.Headers["X-aws-ec2-metadata-token"]) switch
        {
            ("PUT", "/latest/api/token", _) when request.Headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600" => (200, "sesame"),
            ("GET", "/latest/meta-data/iam/security-credentials/", "sesame") => (200, "web-role"),
            ("GET", "/latest/meta-data/iam/security-credentials/web-role", "sesame") =>
                (200, Given("ASIAIMDS", _time.GetUtcNow().AddHours(6))),
            _ => (401, ""),
        });
        _environment.Remove("AWS_EC2_METADATA_DISABLED");
        _environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.Url;
        using var chain = Chain();

        Assert.Equal(("ASIAIMDS", "tok"), await IdAsync(chain));
        await chain.GetAsync(Cancellation);
        Assert.Equal(3, metadata.Requests);
    }

    [Fact]
    public async Task A_container_gives_its_role_with_its_token()
    {
        await using var agent = new SmallServer(request => request.Headers["Authorization"] == "pod"
            && request.Url!.AbsolutePath == "/v1/credentials"
            ? (200, Given("ASIAPOD", _time.GetUtcNow().AddHours(1)))
            : (403, ""));
        _environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = $"{agent.Url}/v1/credentials";
        _environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = _harness.Write("pod", "pod\n");
        using var chain = Chain();
        Assert.Equal(("ASIAPOD", "tok"), await IdAsync(chain));

        _environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/";
        chain.Forget();
        var error = await Assert.ThrowsAsync<CloudException>(async () => await chain.GetAsync(Cancellation));
        Assert.StartsWith("AWS_CONTAINER_CREDENTIALS_FULL_URI names no agent", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        Sso,
        "profile 'me' gives no credential: nobody has logged in on this machine: aws sso login --profile me")]
    [InlineData("[profile me]\nsso_account_id = 1\nsso_role_name = r\n",
        "profile 'me' gives no credential: sso_region, sso_start_url, sso_account_id and sso_role_name are needed")]
    [InlineData("[profile me]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n",
        "profile 'me' gives no credential: there is no [sso-session corp]")]
    [InlineData("[profile me]\nrole_arn = arn:aws:iam::1:role/x\n",
        "profile 'me' gives no credential: it has a role_arn, and neither source_profile nor credential_source says with which credential")]
    [InlineData("[profile me]\nrole_arn = a\nsource_profile = you\n[profile you]\nrole_arn = b\nsource_profile = me\n",
        "profile 'me' gives no credential: its source_profile leads back to it, or through too many others")]
    [InlineData("[profile me]\ncredential_process = /bin/give\n",
        "profile 'me' gives no credential: it has a credential_process, which Muster does not run: write what it gives into a "
        + "credentials file")]
    [InlineData("[profile you]\nregion = x\n",
        "cloud 'east' has no credential: the shared files have no profile 'me', or no key in it")]
    public async Task A_profile_that_gives_none_says_why(string config, string expected)
    {
        Write("config", config);
        using var chain = Chain(options => options with { Profile = "me" });

        var error = await Assert.ThrowsAsync<CloudException>(async () => await chain.GetAsync(Cancellation));

        Assert.Equal((CloudErrorKind.Unauthorized, expected), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_login_by_single_sign_on_that_has_ended_is_told()
    {
        Write("config", Sso);
#pragma warning disable CA5350 // The aws program names its files so.
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes("corp")));
#pragma warning restore CA5350
        Write($"sso/cache/{name}.json", "{\"accessToken\":\"x\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}");
        using var chain = Chain(options => options with { Profile = "me" });

        var error = await Assert.ThrowsAsync<CloudException>(async () => await chain.GetAsync(Cancellation));

        Assert.Equal("profile 'me' gives no credential: the login has expired: aws sso login --profile me", error.Message);
    }

    [Fact]
    public async Task A_login_by_single_sign_on_is_renewed_and_gives_the_role_s_credential()
    {
        Write("config", Sso);
        await using var server = new SmallServer(request =>
            (request.HttpMethod, request.Url!.PathAndQuery, request.Headers["x-amz-sso_bearer_token"]) switch
        {
            ("POST", "/token", _) => (200, """{"accessToken":"renewed","expiresIn":3600,"refreshToken":"next"}"""),
            ("GET", "/federation/credentials?account_id=1&role_name=r", "renewed") => (
                200,
                $$$"""{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":{{{End()}}}}}"""),
            _ => (401, "no"),
        });
        (_environment["AWS_ENDPOINT_URL_SSO"], _environment["AWS_ENDPOINT_URL_SSO_OIDC"]) = (server.Url, server.Url);
#pragma warning disable CA5350 // The aws program names its files so.
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes("corp")));
#pragma warning restore CA5350
        Write(
            $"sso/cache/{name}.json",
            """{"accessToken":"old","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"r","clientId":"c","clientSecret":"s"}""");
        using var chain = Chain(options => options with { Profile = "me" });

        Assert.Equal(("ASIASSO", "t"), await IdAsync(chain));
        chain.Forget();
        await chain.GetAsync(Cancellation);
        Assert.Equal(3, server.Requests);

        long End() => _time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
    }

    [Fact]
    public async Task Where_there_is_none_all_places_are_named()
    {
        using var chain = Chain();

        var error = await Assert.ThrowsAsync<CloudException>(async () => await chain.GetAsync(Cancellation));

        Assert.Equal(
            $"cloud 'east' has no credential: there is none in the environment (AWS_ACCESS_KEY_ID), in profile 'default' of "
            + $"{_harness.Root}/.aws, of a container or of this instance; name a file with clouds.east.credentials_file",
            error.Message);
    }

    [Fact]
    public async Task A_rotated_key_counts_at_the_next_call()
    {
        await using var cloud = _harness.Open();
        await cloud.LaunchAsync(_harness.Request(), Cancellation);
        _harness.Simulator.RemoveKey(Ec2Harness.KeyId);
        _harness.Simulator.AddKey("AKIANEW", "new/secret");
        _harness.CredentialsFile("good", "AKIANEW", "new/secret");

        await cloud.LaunchAsync(_harness.Request(), Cancellation);

        Assert.Equal(2, _harness.Simulator.Calls[("RunInstances", 200)]);
    }

    private static string Key(string profile) =>
        $"[{profile}]\naws_access_key_id = {Ec2Harness.KeyId}\naws_secret_access_key = {Ec2Harness.Secret}\n";

    private static string Given(string id, DateTimeOffset end) =>
        $$"""{"Code":"Success","AccessKeyId":"{{id}}","SecretAccessKey":"sec","Token":"tok","Expiration":"{{end:O}}"}""";

    private static async Task<(string Id, string? Token)> IdAsync(CredentialChain chain)
    {
        AwsKeys keys = await chain.GetAsync(Cancellation);
        return (keys.AccessKeyId, keys.SessionToken);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_harness.Root, ".aws", name), text);

    private CredentialChain Chain(Func<CredentialOptions, CredentialOptions>? change = null)
    {
        var options = new CredentialOptions
        {
            Cloud = "east",
            Region = Ec2Catalogue.Region,
            StsUrl = _harness.Simulator.Url,
            Files = CloudFiles.OnDisk,
            Environment = name => _environment.GetValueOrDefault(name),
        };
        return new(change is null ? options : change(options), _time);
    }
}
