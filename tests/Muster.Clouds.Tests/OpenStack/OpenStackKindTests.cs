using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.Kit;
using Muster.Clouds.OpenStack;
using Muster.Clouds.OpenStack.Identity;
using Muster.Core;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>The configuration and the credentials.</summary>
public sealed class OpenStackKindTests : IDisposable
{
    private const string Good =
        """
        clouds:
          rack:
            auth:
              auth_url: https://cloud.example/identity
              username: me
              password: secret
              project_name: muster
            region_name: RegionTwo
            interface: internal
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-openstack-kind-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Nothing_but_the_credential_must_be_set()
    {
        var (options, credential, _) = Read([("clouds_file", Write(Good))]);

        Assert.Equal(
            ("RegionTwo", "internal", false, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)),
            (options.Region, options.Interface, options.ListsByTags, options.ListingLag, options.Timeout));
        Assert.Equal(new Uri("https://cloud.example/identity/v3"), credential.AuthUrl);
        Assert.Equal(
            """{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"me","domain":{"id":"default"},"""
            + "\"password\":\"secret\"}}}"
            + ""","scope":{"project":{"name":"muster","domain":{"id":"default"}}}}}""",
            Body(credential));
    }

    [Fact]
    public void An_option_wins_over_the_credential_s_region_and_interface()
    {
        var (options, _, _) = Read([("clouds_file", Write(Good)), ("region_name", "RegionOne"), ("interface", "admin")]);

        Assert.Equal(("RegionOne", "admin"), (options.Region, options.Interface));
    }

    [Theory]
    [InlineData(
        "application_credential_id: 7\n      application_credential_secret: s3cret",
        """{"id":"7","secret":"s3cret"}""")]
    [InlineData(
        "application_credential_name: n\n      username: me\n      user_domain_name: Corp\n      application_credential_secret: s3cret",
        """{"name":"n","user":{"name":"me","domain":{"name":"Corp"}},"secret":"s3cret"}""")]
    [InlineData(
        "application_credential_name: n\n      user_id: u7\n      application_credential_secret: s3cret",
        """{"name":"n","user":{"id":"u7"},"secret":"s3cret"}""")]
    public void An_application_credential_needs_no_project(string yaml, string expected)
    {
        var path = Write(
            $"clouds:\n  rack:\n    auth_type: v3applicationcredential\n    auth:\n      auth_url: https://k/v3/\n      {yaml}\n");

        var (_, credential, _) = Read([("clouds_file", path)]);

        Assert.Equal(
            """{"auth":{"identity":{"methods":["application_credential"],"application_credential":""" + expected + "}}}", Body(credential));
        Assert.Equal(new Uri("https://k/v3"), credential.AuthUrl);
    }

    [Fact]
    public void Without_a_file_the_environment_has_the_credential_as_for_the_openstack_program()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OS_AUTH_URL"] = "https://k:5000", ["OS_USERNAME"] = "me", ["OS_PASSWORD"] = "secret", ["OS_TENANT_NAME"] = "old",
            ["OS_PROJECT_ID"] = "p7", ["OS_USER_DOMAIN_ID"] = "d7", ["OS_ENDPOINT_TYPE"] = "internalURL", ["OS_REGION_NAME"] = "Here",
        };

        var (options, credential, _) = OpenStackKind.Read(Setup(), variables.GetValueOrDefault);

        Assert.Equal(("Here", "internal"), (options.Region, options.Interface));
        Assert.Equal(
            """{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"me","domain":{"id":"d7"},"password":"secret"}}}"""
            + ""","scope":{"project":{"id":"p7"}}}}""",
            Body(credential));
    }

    [Fact]
    public void The_cloud_of_a_file_is_named_by_the_option_or_by_OS_CLOUD()
    {
        var path = Write(Good + "\n  other:\n    auth: {auth_url: 'https://o', user_id: u, password: p, project_id: q}\n");

        Assert.Equal("o", Read([("clouds_file", path), ("os_cloud", "other")]).Credential.AuthUrl.Host);
        Assert.Equal(
            "cloud.example",
            OpenStackKind.Read(Setup(("clouds_file", path)), name => name is "OS_CLOUD" ? "rack" : null).Credential.AuthUrl.Host);
        Assert.Equal(
            $"clouds.rack.clouds_file is '{path}': a clouds.yaml with one cloud, or the option os_cloud with one of rack, other",
            Assert.Throws<InputException>(() => Read([("clouds_file", path)])).Message);
        Assert.Equal(
            $"clouds.rack.clouds_file is '{path}': a clouds.yaml with the cloud 'third'; it has rack, other",
            Assert.Throws<InputException>(() => Read([("clouds_file", path), ("os_cloud", "third")])).Message);
    }

    [Fact]
    public void Secrets_may_be_in_a_file_beside()
    {
        var path = Write(Good.Replace("      password: secret\n", "", StringComparison.Ordinal));
        var secure = Write("clouds: {rack: {auth: {password: elsewhere}}}", "secure.yaml");

        var (_, credential, _) = Read([("clouds_file", path), ("secure_file", secure)]);

        Assert.Contains("\"elsewhere\"", Body(credential), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_credential_is_told_at_once_without_a_secret()
    {
        var path = Write(
            "clouds: {rack: {auth_type: token, verify: false, interface: secret-face, "
            + "auth: {auth_url: 'http://k/v2.0', token: secret, password: secret}}}");

        var error = Assert.Throws<InputException>(() => Read([("clouds_file", path)]));

        Assert.Equal(
            $"clouds.rack.clouds_file is '{path}': complete: the cloud 'rack' of {path} lacks or has wrong: "
            + "auth_type password or v3applicationcredential, not 'token': Muster has to get new tokens by itself; "
            + "auth_url as https://HOST/identity/v3, not 'http://k/v2.0'; username or user_id, or an application credential; "
            + "project_name or project_id; verify true: name the authority of the cloud's certificate in authority_file (or cacert) "
            + "in place of believing anybody",
            error.Message);
    }

    [Fact]
    public void Every_wrong_option_is_named()
    {
        var error = Assert.Throws<InputException>(() => Read(
        [
            ("interface", "outer"), ("allow_http", "yes"), ("list_by", "name"), ("listing_lag", "0s"), ("timeout", "0s"),
            ("authority_file", "/nowhere"), ("auth_url", "https://k"), ("member_subnet", "private-subnet"),
        ]));

        Assert.Equal(
            [
                "clouds.rack.auth_url is 'https://k': no such option; allowed are clouds_file, secure_file, os_cloud, region_name, "
                    + "interface, authority_file, allow_http, list_by, member_subnet, listing_lag, timeout",
                "clouds.rack.clouds_file is missing: a clouds.yaml, or OS_AUTH_URL and the other OS_ variables in the environment",
                "clouds.rack.interface is 'outer': public, internal or admin",
                "clouds.rack.authority_file is '/nowhere': PEM that can be read (Could not find file '/nowhere'.)",
                "clouds.rack.allow_http is 'yes': false or true",
                "clouds.rack.list_by is 'name': project or tags",
                "clouds.rack.member_subnet is 'private-subnet': a subnet's id: openstack subnet list",
                "clouds.rack.listing_lag is '0s': 1s to 10m",
                "clouds.rack.timeout is '0s': 1s to 100s",
            ],
            error.Errors.Select(wrong => wrong.ToString()));
    }

    [Fact]
    public void A_password_does_not_go_over_plain_HTTP_to_another_machine_unless_that_is_said()
    {
        var path = Write(Good.Replace("https://", "http://", StringComparison.Ordinal));

        var error = Assert.Throws<InputException>(() => Read([("clouds_file", path)]));

        Assert.Contains("an auth_url of https://, since the secret goes there", error.Message, StringComparison.Ordinal);
        Assert.True(Read([("clouds_file", path), ("allow_http", "true")]).Options.AllowsHttp);
    }

    [Fact]
    public void A_file_that_others_may_read_is_refused()
    {
        var path = Write(Good);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Equal(
            $"clouds.rack.clouds_file is '{path}': a file that only its owner may read: chmod 600 {path}",
            Assert.Throws<InputException>(() => Read([("clouds_file", path)])).Message);
    }

    [Fact]
    public void Files_that_a_server_hands_to_a_task_are_read_from_what_came_along()
    {
        var files = CloudFiles.Given(ImmutableSortedDictionary<string, byte[]>.Empty.Add("/far/clouds.yaml", Encoding.UTF8.GetBytes(Good)));

        var (_, credential, _) = OpenStackKind.Read(Setup(("clouds_file", "/far/clouds.yaml")) with { Files = files }, _ => null);

        Assert.Equal("cloud.example", credential.AuthUrl.Host);
    }

    [Theory]
    [InlineData("http://k/v2.1/7", "http://k/v2.1/7")]
    [InlineData("http://k/compute/v2.1/", "http://k/compute/v2.1/")]
    [InlineData("http://k:8774", "http://k:8774/v2.1")]
    [InlineData("http://k/compute/", "http://k/compute/v2.1")]
    public void A_catalogue_may_leave_the_version_of_a_service_out(string url, string expected) =>
        Assert.Equal(expected, OpenStackService.Compute.Versioned(new Uri(url)).AbsoluteUri);

    [Fact]
    public async Task What_the_kind_is_described_to_be_able_to_do_its_clouds_can()
    {
        await using var harness = await OpenStackHarness.StartAsync();

        Assert.Equal(CloudKinds.Find("openstack")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }

    private static string Body(OpenStackCredential credential) => Encoding.UTF8.GetString(credential.Body().Span);

    private static (OpenStackOptions Options, OpenStackCredential Credential, Func<OpenStackCredential> Read) Read(
        (string Name, string Value)[] options) => OpenStackKind.Read(Setup(options), _ => null);

    private static CloudSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Name = "rack",
        DataDirectory = "/nowhere",
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };

    private string Write(string text, string name = "clouds.yaml")
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
