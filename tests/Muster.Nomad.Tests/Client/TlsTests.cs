using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Muster.Core;
using Muster.Nomad.Client;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Client;

/// <summary>An agent that shows a certificate of its own authority and wants one, as Nomad's do with mutual TLS.</summary>
public sealed class TlsTests : IDisposable
{
    private const string AgentName = "server.global.nomad";

    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _authority;

    public TlsTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        _authority = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        File.WriteAllText(Path.Combine(_directory.Path, "ca.pem"), _authority.ExportCertificatePem());
        using var client = Issue("client.global.nomad");
        File.WriteAllText(Path.Combine(_directory.Path, "cert.pem"), client.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_directory.Path, "key.pem"), client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_agent_is_known_by_its_authority_and_name_and_Muster_by_its_certificate()
    {
        await using var agent = await StartAsync();
        using var client = new NomadClient(Options(agent), TimeProvider.System);

        Assert.Equal("CN=client.global.nomad", await client.LeaderAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_agent_of_another_name_is_told_nothing()
    {
        await using var agent = await StartAsync();
        var options = Options(agent);
        (options.ServerName, options.Token) = ("server.eu.nomad", "secret");
        using var client = new NomadClient(options, TimeProvider.System);

        var error = await Assert.ThrowsAsync<NomadException>(() => client.LeaderAsync(TestContext.Current.CancellationToken));

        Assert.Equal(NomadErrorKind.Unavailable, error.Kind);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_named()
    {
        var path = Path.Combine(_directory.Path, "empty.pem");
        File.WriteAllText(path, "nothing");

        var error = Assert.Throws<InputException>(
            () => new NomadClient(new() { CertificateFile = path, KeyFile = path }, TimeProvider.System));

        Assert.Equal(("nomad.cert_file", path), (error.Errors[0].Field, error.Errors[0].Value));
    }

    private NomadOptions Options(WebApplication agent) => new()
    {
        Addresses = [new(agent.Urls.First())],
        CaFile = Path.Combine(_directory.Path, "ca.pem"),
        CertificateFile = Path.Combine(_directory.Path, "cert.pem"),
        KeyFile = Path.Combine(_directory.Path, "key.pem"),
        ServerName = AgentName,
    };

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = Issue(AgentName);
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == _authority.Subject;
            })));
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync($"\"{context.Connection.ClientCertificate!.Subject}\"");
        });
        await app.StartAsync();
        return app;
    }

    private X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_authority, Now.AddHours(-1), Now.AddHours(1), [1, 2, 3, (byte)name.Length]);
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), password: null);
    }
}
