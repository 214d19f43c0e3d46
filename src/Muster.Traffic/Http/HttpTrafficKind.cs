using Muster.Core.Options;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Http;

/// <summary>Instances that drain themselves when they are told to over HTTP.</summary>
public sealed class HttpTrafficKind : ITrafficKind
{
    private static readonly ConfigOption<string> Scheme = Option.Choice(
        "scheme", "`http` or `https`; with `https` the certificate must be one that the system trusts, for the address",
        ("http", "http"), ("https", "https"));

    private static readonly ConfigOption<string?> TokenFile = Option.Text(
        "token_file", "a file with a bearer token that instances get, which only its owner may read");

    private static readonly ConfigOption<TimeSpan> Timeout = Option.Time(
        "timeout", "how long one call may take", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1),
        "a time from 1s to 1m");

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public TrafficKindDescription Description { get; } = new()
    {
        Summary = "The instance itself: POST begins a drain and asks how far it is, DELETE says that the instance serves again.",
        Options = [Scheme, TokenFile, Timeout],
        Needs = new() { Port = true, Path = true },
    };

    /// <inheritdoc/>
    public ITrafficSource Open(TrafficSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new TrafficSetupReader(setup, Description.Options);
        var (scheme, token, timeout) = (reader.Read(Scheme), reader.Secret(TokenFile), reader.Read(Timeout));
        reader.ThrowIfWrong();
        return new HttpTrafficSource(scheme, token, timeout, setup.Time);
    }
}
