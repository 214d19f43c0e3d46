using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Simulators.Azure.Identity;
using Muster.Simulators.Azure.Machines;
using Muster.Simulators.Azure.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure;

/// <summary>
/// An Azure on this machine: Resource Manager and the desk for tokens over a real socket with TLS, and machines that are records. It has
/// one subscription, one resource group, and a network <c>net</c> with the subnet <c>default</c>.
/// </summary>
public sealed class AzureSimulator : IAsyncDisposable
{
    /// <summary>The resource group.</summary>
    public const string ResourceGroup = AzureServer.Group;

    private readonly SimulatorHost _host;
    private readonly AzureServer _server;

    private AzureSimulator(SimulatorHost host, AzureServer server, VmPark machines, string certificatePem) =>
        (_host, _server, Machines, CertificatePem) = (host, server, machines, certificatePem);

    /// <summary>Where it listens.</summary>
    public Uri Url => _host.Url;

    /// <summary>The certificate by which it is known, which nobody else signed.</summary>
    public string CertificatePem { get; }

    /// <summary>The machines.</summary>
    public VmPark Machines { get; }

    /// <summary>The subscription's id.</summary>
    public string Subscription => _server.Subscription;

    /// <summary>The tenant's id.</summary>
    public string Tenant => _server.Desk.Tenant;

    /// <summary>The application's id.</summary>
    public string Client => _server.Desk.Client;

    /// <summary>The application's secret.</summary>
    public string Secret
    {
        get => _server.Desk.Secret;
        set => _server.Desk.Secret = value;
    }

    /// <summary>The token of another issuer that the application trusts; null for none.</summary>
    public string? FederatedToken
    {
        get => _server.Desk.FederatedToken;
        set => _server.Desk.FederatedToken = value;
    }

    /// <summary>How many tokens were given.</summary>
    public int TokensGiven => _server.Desk.Given;

    /// <summary>Requests by what they ask, such as <c>PUT virtualMachines</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _server.Calls;

    /// <summary>The application's certificate, as PEM; null for none.</summary>
    public void SetCertificate(string? pem) => _server.Desk.Certificate = pem is null ? null : X509Certificate2.CreateFromPem(pem);

    /// <summary>Takes back every token, as if their time were over.</summary>
    public void ExpireTokens() => _server.Desk.ExpireAll();

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<AzureSimulator> StartAsync(AzureSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        var certificate = MakeCertificate(timeProvider.GetUtcNow());
        VmPark? machines = null;
        AzureServer? server = null;
        var host = await SimulatorHost.StartAsync(options.Port, certificate, stopping =>
        {
            machines = new(options, timeProvider, stopping);
            server = new(options, machines, timeProvider);
            return server.AnswerAsync;
        });
        return new(host, server!, machines!, certificate.ExportCertificatePem());
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static X509Certificate2 MakeCertificate(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=simulated Azure", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
    }
}
