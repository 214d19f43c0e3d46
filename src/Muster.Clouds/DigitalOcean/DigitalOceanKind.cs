using Muster.Clouds.Kit;
using Muster.Core.Clouds;

namespace Muster.Clouds.DigitalOcean;

/// <summary>The kind <c>digitalocean</c>: one account or team, over its API.</summary>
internal sealed class DigitalOceanKind : ICloudKind
{
    /// <summary>Where doctl and Terraform look for a token, in their order.</summary>
    private static readonly string[] Variables = ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"];

    /// <summary>No token comes near; a file that is longer is another one.</summary>
    private const int TokenLengthMax = 1000;

    private static readonly ApiTokenForm Token = new(
        "a token of DigitalOcean: one line of printable characters without blanks",
        text => text.Length is > 0 and <= TokenLengthMax && text.All(c => c is > ' ' and <= '~'));

    /// <inheritdoc/>
    public string Name => "digitalocean";

    /// <inheritdoc/>
    public KindDescription Description => DigitalOceanDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup, Environment.GetEnvironmentVariable);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken)
    {
        var (options, token) = Read(setup, Environment.GetEnvironmentVariable);
        return Task.FromResult<ICloud>(new DigitalOceanCloud(options, token, setup.Time, setup.Say));
    }

    /// <summary>Reads the options and the token.</summary>
    /// <param name="setup">The cloud's.</param>
    /// <param name="variable">The value of a variable of the environment; null where there is none.</param>
    /// <exception cref="Core.InputException">At least one is unknown or wrong; names every one.</exception>
    internal static (DigitalOceanOptions Options, ApiToken Token) Read(CloudSetup setup, Func<string, string?> variable)
    {
        var reader = new SetupReader(setup, DigitalOceanDescription.Kind.Options);
        var token = ApiToken.Find(reader, DigitalOceanDescription.TokenFile, Token, Variables, variable);
        var options = new DigitalOceanOptions
        {
            Endpoint = reader.Read(DigitalOceanDescription.Endpoint),
            ListingLag = reader.Read(DigitalOceanDescription.ListingLag),
            PageSize = reader.Read(DigitalOceanDescription.PageSize),
            Timeout = reader.Read(DigitalOceanDescription.Timeout),
        };
        reader.ThrowIfWrong();
        return (options, token!);
    }
}
