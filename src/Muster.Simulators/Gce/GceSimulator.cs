using Muster.Simulators.Gce.Identity;
using Muster.Simulators.Gce.Machines;
using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce;

/// <summary>A Compute Engine on this machine: the real protocol over a real socket, and instances that are records.</summary>
/// <remarks>The services of tokens and the metadata server answer at the same socket.</remarks>
public sealed class GceSimulator : IAsyncDisposable
{
    private static readonly TimeSpan LongLife = TimeSpan.FromDays(365);

    private readonly SimulatorHost _host;
    private readonly GceServer _server;
    private readonly TokenService _tokens;
    private readonly GceSimulatorOptions _options;
    private int _keys;

    private GceSimulator(SimulatorHost host, GceServer server, TokenService tokens, GcePark machines, GceSimulatorOptions options) =>
        (_host, _server, _tokens, Machines, _options) = (host, server, tokens, machines, options);

    /// <summary>Where it listens.</summary>
    public Uri Url => _host.Url;

    /// <summary>Compute Engine.</summary>
    public Uri Endpoint => new(Url, "/compute/v1/");

    /// <summary>Where tokens are given for keys and logins.</summary>
    public Uri TokenUrl => new(Url, "/token");

    /// <summary>Where tokens are given for those of outside identities.</summary>
    public Uri ExchangeUrl => new(Url, "/v1/token");

    /// <summary>Where tokens of service accounts are given to others.</summary>
    public Uri ImpersonationUrl => new(Url, "/impersonate");

    /// <summary>The instances.</summary>
    public GcePark Machines { get; }

    /// <summary>The network endpoint groups.</summary>
    public GceGroups Groups => Machines.Groups;

    /// <summary>Requests by what they ask, such as <c>POST instances</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _server.Calls;

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<GceSimulator> StartAsync(GceSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        GcePark? machines = null;
        GceServer? server = null;
        var tokens = new TokenService(options, timeProvider);
        var host = await SimulatorHost.StartAsync(options.Port, certificate: null, stopping =>
        {
            machines = new(options, timeProvider, stopping);
            server = new(options, machines, tokens, timeProvider);
            return server.AnswerAsync;
        });
        return new(host, server!, tokens, machines!, options);
    }

    /// <summary>Adds a service account with a key.</summary>
    /// <param name="name">Its name before the project's.</param>
    public SimulatedServiceAccount AddServiceAccount(string name) => _tokens.AddAccount(
        $"{name}@{_options.Project}.iam.gserviceaccount.com", $"{Interlocked.Increment(ref _keys):x40}");

    /// <summary>Has the login of a person be good.</summary>
    public void AddRefreshToken(string token) => _tokens.RefreshTokens[token] = true;

    /// <summary>Has the token of an outside identity be believed.</summary>
    public void AddSubjectToken(string token) => _tokens.SubjectTokens[token] = true;

    /// <summary>A token for other clients.</summary>
    public string MakeToken() => _tokens.Issue(LongLife);

    /// <summary>Has no token count any more that was given.</summary>
    public void RevokeTokens() => _tokens.RevokeAll();

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
