using System.Collections.Immutable;

using Muster.Clouds.Azure;
using Muster.Clouds.Azure.Tokens;
using Muster.Clouds.Kit;
using Muster.Core;

namespace Muster.Clouds.Tests.Azure;

/// <summary>What the configuration of such a cloud may say, and what it takes from the environment.</summary>
public sealed class AzureKindTests : IDisposable
{
    private const string Id = "00000000-0000-4000-8000-000000000001";

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-azure-kind-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_usual_variables_are_enough()
    {
        (_environment["AZURE_SUBSCRIPTION_ID"], _environment["AZURE_TENANT_ID"], _environment["AZURE_CLIENT_ID"]) = (Id, "example.com", Id);
        (_environment["AZURE_CLIENT_SECRET"], _environment["AZURE_AUTHORITY_HOST"]) = ("s3cret", "https://login.microsoftonline.us/");

        var options = Read();

        Assert.Equal((TokenWay.Secret, "s3cret", "example.com", Id),
            (options.Tokens.Way, options.Tokens.Secret, options.Tokens.Tenant, options.Tokens.Client));
        Assert.Equal("https://login.microsoftonline.us/", options.Tokens.Authority.ToString());
        Assert.Equal("https://management.azure.com", options.Tokens.Audience);
    }

    [Theory]
    [InlineData("client_secret_file", TokenWay.Secret)]
    [InlineData("federated_token_file", TokenWay.Workload)]
    public void What_is_configured_goes_before_the_environment(string option, object way)
    {
        (_environment["AZURE_SUBSCRIPTION_ID"], _environment["AZURE_TENANT_ID"], _environment["AZURE_CLIENT_ID"]) = (Id, "example.com", Id);
        _environment["AZURE_CLIENT_SECRET"] = "other";

        Assert.Equal((TokenWay)way, Read((option, Write("file", "text"))).Tokens.Way);
    }

    [Fact]
    public void Without_anything_it_is_the_identity_of_the_machine()
    {
        _environment["AZURE_SUBSCRIPTION_ID"] = Id;

        var machine = Read().Tokens;
        (_environment["IDENTITY_ENDPOINT"], _environment["IDENTITY_HEADER"]) = ("http://127.0.0.1:41/msi/token", "h");
        var app = Read().Tokens;

        Assert.Equal((TokenWay.Managed, null), (machine.Way, machine.AppService));
        Assert.Equal((TokenWay.Managed, "http://127.0.0.1:41/msi/token"), (app.Way, app.AppService?.ToString()));
    }

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once_and_no_secret_is_shown()
    {
        var open = Write("open", "s3cret");
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var error = Assert.Throws<InputException>(() => Read(
            ("subscription_id", "mine"), ("resource_group", "a b"), ("location", "West Europe"), ("tenant_id", "-"), ("client_id", "app"),
            ("client_secret_file", open), ("endpoint", "http://management.azure.com"), ("authority", "login"), ("ca_file", "/nowhere"),
            ("ssh_public_key_file", open), ("addresses", "all"), ("launch_wait", "2m"), ("timeout", "101s"), ("region", "x")));

        Assert.Equal(
            [
                "clouds.west.region", "clouds.west.subscription_id", "clouds.west.resource_group", "clouds.west.location",
                "clouds.west.endpoint",
                "clouds.west.client_secret_file", "clouds.west.client_id", "clouds.west.tenant_id", "clouds.west.authority",
                "clouds.west.ca_file", "clouds.west.ssh_public_key_file", "clouds.west.addresses", "clouds.west.launch_wait",
                "clouds.west.timeout",
            ],
            error.Errors.Select(one => one.Field));
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_said_with_the_variable_that_would_do()
    {
        var error = Assert.Throws<InputException>(() => Read(("credential", "certificate")));

        Assert.Equal(
            [
                "clouds.west.subscription_id is missing: a UUID; or set the variable AZURE_SUBSCRIPTION_ID",
                "clouds.west.certificate_file is missing: a file with the application's certificate and its RSA key, "
                + "PEM without a passphrase; mode 0600, since credential is certificate",
                "clouds.west.client_id is missing: a UUID; or set the variable AZURE_CLIENT_ID",
                "clouds.west.tenant_id is missing: a UUID or a domain; or set the variable AZURE_TENANT_ID",
            ],
            error.Errors.Select(one => one.ToString()));
    }

    [Fact]
    public void A_certificate_without_its_key_is_refused_before_anything_is_opened()
    {
        _environment["AZURE_SUBSCRIPTION_ID"] = Id;
        var error = Assert.Throws<InputException>(() => Read(
            ("certificate_file", Write("half", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")), ("tenant_id", Id),
            ("client_id", Id)));

        Assert.Contains("must hold a certificate and its RSA key", Assert.Single(error.Errors).ToString(), StringComparison.Ordinal);
    }

    private Muster.Clouds.Azure.Api.AzureCloudOptions Read(params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string> { ["resource_group"] = "muster", ["location"] = "westeurope" };
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return new AzureKind(_environment.GetValueOrDefault).Read(new()
        {
            Name = "west", DataDirectory = _directory, Options = all.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Time = TimeProvider.System, Random = new SystemRandomSource(),
        });
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
