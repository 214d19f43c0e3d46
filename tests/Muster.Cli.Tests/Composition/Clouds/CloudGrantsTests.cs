using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

using Muster.Cli.Composition;
using Muster.Cli.Composition.Clouds;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration;
using Muster.Cli.Scaling.Assigned;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Credentials;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote.Wire;
using Muster.Storage.Memory;

namespace Muster.Cli.Tests.Composition.Clouds;

/// <summary>What opens a cloud, on its way from the server to a check elsewhere.</summary>
public sealed class CloudGrantsTests : IDisposable
{
    private static readonly SweepKey Sweep = new(new(new SystemRandomSource().NextId()), "far");

    private readonly TemporaryDirectory _directory = new();
    private readonly SystemRandomSource _random = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string> Kinds => ["docker", "lxd", "incus", "triton", "exec", "local"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_cloud_is_opened_elsewhere_by_contents_alone(string kind)
    {
        var config = Config(kind, Options(kind));
        // Of kind local, another account's than the default one's has to be named.
        await Store.EnsureAccountAsync(new() { Id = Sweep.Account, Name = "build", CreatedAt = DateTimeOffset.UnixEpoch }, Cancellation);
        config.Clouds[0].Accounts = ["build"];
        await using var directoryOfClouds = await CloudDirectory.OpenAsync(
            config, Store, Safe(config), TimeProvider.System, _random, _ => { });
        var access = Sent(await Grants(config, directoryOfClouds).GrantAsync(Sweep, Cancellation));
        foreach (var secret in Directory.EnumerateFiles(_directory.Path, "*.pem")
            .Concat(Directory.EnumerateFiles(_directory.Path, "*.env")).ToList())
        {
            File.Delete(secret);
        }

        await using var opened = await GrantedCloud.OpenAsync(access, Governor(), TimeProvider.System, Quiet, Cancellation);

        Assert.Equal(directoryOfClouds.Entries.Single().Cloud.Traits, opened.Cloud.Traits);
    }

    [Fact]
    public async Task A_key_that_was_changed_is_handed_out_as_it_is_now()
    {
        var config = Config("triton", Options("triton"));
        await using var clouds = await CloudDirectory.OpenAsync(config, Store, Safe(config), TimeProvider.System, _random, _ => { });
        var path = config.Clouds[0].Options["key_file"];
        var before = (await Grants(config, clouds).GrantAsync(Sweep, Cancellation)).Files[path];
        WriteKey("key.pem");

        var after = (await Grants(config, clouds).GrantAsync(Sweep, Cancellation)).Files[path];

        Assert.NotEqual(before, after);
        Assert.Equal(File.ReadAllBytes(path), after);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_named_by_its_option()
    {
        var config = Config("triton", Options("triton"));
        await using var clouds = await CloudDirectory.OpenAsync(config, Store, Safe(config), TimeProvider.System, _random, _ => { });
        File.Delete(config.Clouds[0].Options["key_file"]);

        var error = await Assert.ThrowsAsync<CloudException>(() => Grants(config, clouds).GrantAsync(Sweep, Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.StartsWith("clouds.far.key_file cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_it_is_shown()
    {
        var access = new CloudAccess { Name = "far", Kind = "triton", DataDirectory = "/data", Login = "joyent", AccountKey = [1, 2, 3] };

        Assert.Equal("access to cloud far", $"{access}");
    }

    private MemoryStore Store { get; } = new(new(new SystemRandomSource().NextId()), TimeProvider.System);

    private static Terminal Quiet => new()
    {
        Out = TextWriter.Null, Error = TextWriter.Null, OutIsTerminal = false, ErrorIsTerminal = false, Environment = _ => null,
    };

    private static CallGovernor Governor() => new("far", new(10, 10), new(10, 10), TimeProvider.System);

    private CredentialSafe Safe(MusterConfig config) => new(Store, new LazySealer(config.Secrets), "ask for one");

    private CloudGrants Grants(MusterConfig config, CloudDirectory clouds) => new(config, clouds, Safe(config));

    /// <summary>As it arrives.</summary>
    private static CloudAccess Sent(CloudAccess access)
    {
        var assignment = new Assignment
        {
            Installation = default, Now = default, LeaseDuration = default, LaunchExpiry = default, Groups = [], Cloud = access,
        };
        return JsonSerializer.Deserialize(
            JsonSerializer.SerializeToUtf8Bytes(assignment, RemoteJson.Default.Assignment), RemoteJson.Default.Assignment)!.Cloud!;
    }

    private MusterConfig Config(string kind, Dictionary<string, string> options)
    {
        var config = new MusterConfig { Path = "", Data = _directory.Path };
        config.Clouds.Add(new() { Name = "far", Kind = kind, Options = options });
        return config;
    }

    private Dictionary<string, string> Options(string kind) => kind switch
    {
        "docker" or "lxd" or "incus" => new()
        {
            ["endpoint"] = "https://127.0.0.1:1",
            ["certificate_file"] = WriteCertificate(),
            ["key_file"] = Path.Combine(_directory.Path, "client.key.pem"),
            ["authority_file"] = Path.Combine(_directory.Path, "client.pem"),
        },
        "triton" => new() { ["url"] = "https://127.0.0.1:1", ["account"] = "joyent", ["key_file"] = WriteKey("key.pem") },
        "exec" => new()
        {
            ["command"] = WritePlugin(),
            ["environment_file"] = WriteSecret("secrets.env", "CLOUD_TOKEN=hush\n"),
        },
        _ => [],
    };

    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddDays(-1), now.AddDays(1));
        WriteSecret("client.key.pem", key.ExportPkcs8PrivateKeyPem());
        return WriteSecret("client.pem", certificate.ExportCertificatePem());
    }

    private string WriteKey(string name)
    {
        using var key = RSA.Create(2048);
        return WriteSecret(name, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A cloud that says what it is only to whoever has the secret.</summary>
    private string WritePlugin()
    {
        var path = _directory.Write("cloud", """
            #!/bin/sh
            [ "$CLOUD_TOKEN" = hush ] || exit 1
            cat >/dev/null
            echo '{"contract":1}'
            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private string WriteSecret(string name, string text)
    {
        var path = _directory.Write(name, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
