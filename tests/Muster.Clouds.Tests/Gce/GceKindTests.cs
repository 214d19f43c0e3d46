using System.Collections.Immutable;

using Muster.Clouds.Gce;
using Muster.Clouds.Kit;
using Muster.Core;

namespace Muster.Clouds.Tests.Gce;

public sealed class GceKindTests : IDisposable
{
    private const string Login =
        """{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c","quota_project_id":"from-file"}""";

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-gce-kind-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Every_wrong_option_is_named()
    {
        var error = Assert.Throws<InputException>(() => Read(
            ("project", "Shop"), ("credentials_file", "/nowhere"), ("metadata_host", "a b"), ("endpoint", "http://elsewhere/"),
            ("resource_manager_endpoint", "https://a.example/path"), ("timeout", "0s"), ("zone", "us-central1-a")));

        Assert.Equal(
            [
                "clouds.east.credentials_file", "clouds.east.endpoint", "clouds.east.metadata_host", "clouds.east.project",
                "clouds.east.region", "clouds.east.resource_manager_endpoint", "clouds.east.timeout", "clouds.east.zone",
            ],
            error.Errors.Select(wrong => wrong.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_project_is_missing_only_where_nothing_names_one()
    {
        var error = Assert.Throws<InputException>(() => Read(("region", "us-central1")));

        Assert.Equal(
            "clouds.east.project is missing: a project's id: 6 to 30 characters of a-z 0-9 -, beginning with a letter; "
            + "the credential names none",
            error.Message);
        Assert.Equal("from-env", Read(Set(("GOOGLE_CLOUD_PROJECT", "from-env")), ("region", "us-central1")).Options.Project);
        Assert.Equal(
            "from-file",
            Read(Set(("GOOGLE_CLOUD_PROJECT", "from-env")), ("region", "us-central1"), ("credentials_file", Write("a.json", Login)))
                .Options.Project);
    }

    [Fact]
    public void A_credential_is_looked_for_in_Google_s_own_order()
    {
        var (named, variable) = (Write("named.json", Login), Write("variable.json", Login));
        Directory.CreateDirectory(Path.Combine(_directory, ".config", "gcloud"));
        var home = Set(("HOME", _directory));
        var both = Set(("HOME", _directory), ("GOOGLE_APPLICATION_CREDENTIALS", variable));
        (string, string)[] options = [("region", "us-central1"), ("project", "shop-1")];

        Assert.Equal(named, Read(both, [.. options, ("credentials_file", named)]).File);
        Assert.Equal(variable, Read(both, options).File);
        Assert.Equal((null, "metadata.google.internal"), (Read(home, options).File, Read(home, options).MetadataHost));
        var gcloud = Write(Path.Combine(".config", "gcloud", "application_default_credentials.json"), Login);
        Assert.Equal(gcloud, Read(home, options).File);
        Assert.Equal("localhost:1", Read(Set(("GCE_METADATA_HOST", "localhost:1")), options).MetadataHost);
    }

    [Theory]
    [InlineData("no json", "this is no JSON of that kind")]
    [InlineData("{}", "it has no type")]
    [InlineData(
        """{"type":"gdch"}""", "its type is none of service_account, authorized_user, external_account and impersonated_service_account")]
    [InlineData("""{"type":"service_account","client_email":"a","private_key":"b"}""", "its token_uri is missing")]
    [InlineData(
        """{"type":"service_account","client_email":"a","private_key":"b","token_uri":"http://elsewhere/token"}""",
        "its token_uri is not https")]
    [InlineData(
        """{"type":"service_account","client_email":"a","private_key":"b","token_uri":"https://oauth2.googleapis.com/token"}""",
        "its private_key is no RSA key in PEM")]
    [InlineData("""{"type":"authorized_user","client_id":"a","client_secret":"b"}""", "its refresh_token is missing")]
    [InlineData(
        """
        {"type":"external_account","audience":"a","subject_token_type":"b","token_url":"https://x/",
         "credential_source":{"environment_id":"aws1"}}
        """,
        "its credential_source is AWS, which Muster does not speak to: use a file or a url")]
    [InlineData(
        """{"type":"external_account","audience":"a","subject_token_type":"b","token_url":"https://x/","credential_source":{}}""",
        "its credential_source is neither a file nor a url")]
    [InlineData(
        """{"type":"impersonated_service_account","service_account_impersonation_url":"https://x/"}""",
        "its source_credentials are missing")]
    public void A_credential_that_is_none_is_refused_and_never_shown(string text, string why)
    {
        var file = Write("bad.json", text);

        var error = Assert.Throws<InputException>(() => Read(("region", "us-central1"), ("project", "shop-1"), ("credentials_file", file)));

        Assert.Equal(
            $"clouds.east.credentials_file is '{file}': a service account's key, the file of `gcloud auth application-default login`, or "
            + $"the configuration of a workload identity federation{(why.StartsWith("this", StringComparison.Ordinal) ? ";" : ":")} {why}",
            error.Message);
    }

    [Fact]
    public async Task What_is_described_is_what_an_open_cloud_can_do()
    {
        await using var harness = await GceHarness.StartAsync();

        Assert.Equal(CloudAbilities.Of(harness.Cloud), CloudKinds.Find("gce")!.Description.Abilities);
    }

    private static Func<string, string?> Set(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(variable => variable.Name == name).Value;

    private GceSetup Read(params (string Name, string Value)[] options) => Read(Set(), options);

    private GceSetup Read(Func<string, string?> variable, params (string Name, string Value)[] options) => GceKind.Read(
        new()
        {
            Name = "east",
            DataDirectory = _directory,
            Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
            Time = TimeProvider.System,
            Random = new SystemRandomSource(),
        },
        variable);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
