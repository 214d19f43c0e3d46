using Muster.Clouds.Kit;
using Muster.Core.Clouds;

namespace Muster.Clouds.Hetzner;

/// <summary>The kind <c>hetzner</c>: one project of Hetzner Cloud.</summary>
internal sealed class HetznerKind : ICloudKind
{
    /// <summary>Where Hetzner's own program has the token.</summary>
    public const string TokenVariable = "HCLOUD_TOKEN";

    private const int TokenLengthMin = 16, TokenLengthMax = 512;

    /// <summary>Hetzner's tokens have 64 letters and digits; how many it may be, is written nowhere.</summary>
    private static readonly ApiTokenForm Token = new(
        "an API token: 16 to 512 letters and digits",
        text => text.Length is >= TokenLengthMin and <= TokenLengthMax && text.All(char.IsAsciiLetterOrDigit));

    /// <inheritdoc/>
    public string Name => "hetzner";

    /// <inheritdoc/>
    public KindDescription Description => HetznerDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new HetznerCloud(Read(setup), setup.Time, setup.Say));

    /// <summary>Reads the options and the token.</summary>
    /// <exception cref="Core.InputException">At least one is unknown or wrong; names every one.</exception>
    internal static HetznerCloudOptions Read(CloudSetup setup)
    {
        var reader = new SetupReader(setup, HetznerDescription.Kind.Options);
        var endpoint = reader.Read(HetznerDescription.Endpoint);
        var timeout = reader.Read(HetznerDescription.Timeout);
        var token = ApiToken.Find(
            reader, HetznerDescription.TokenFile, Token, [TokenVariable], Environment.GetEnvironmentVariable);
        reader.ThrowIfWrong();
        return new() { Cloud = setup.Name, Endpoint = endpoint, Token = token!, Timeout = timeout };
    }
}
