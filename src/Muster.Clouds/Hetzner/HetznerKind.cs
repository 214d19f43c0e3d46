using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Hetzner;

/// <summary>The kind <c>hetzner</c>: one project of Hetzner Cloud.</summary>
internal sealed class HetznerKind : ICloudKind
{
    /// <summary>Where Hetzner's own program has the token.</summary>
    public const string TokenVariable = "HCLOUD_TOKEN";

    /// <inheritdoc/>
    public string Name => "hetzner";

    /// <inheritdoc/>
    public KindDescription Description => HetznerDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new HetznerCloud(Read(setup), setup.Time, setup.Say));

    internal static HetznerCloudOptions Read(CloudSetup setup)
    {
        var reader = new SetupReader(setup, HetznerDescription.Kind.Options);
        var endpoint = reader.Read(HetznerDescription.Endpoint);
        var file = reader.Read(HetznerDescription.TokenFile);
        var timeout = reader.Read(HetznerDescription.Timeout);
        var token = reader.Try(() => file is null ? FromEnvironment(setup) : FromFile(setup, file));
        reader.ThrowIfWrong();
        return new() { Cloud = setup.Name, Endpoint = endpoint, Token = token!, Timeout = timeout };
    }

    private static HetznerToken FromEnvironment(CloudSetup setup)
    {
        var text = Environment.GetEnvironmentVariable(TokenVariable)?.Trim() ?? "";
        var field = setup.FieldOf(HetznerDescription.TokenFile.Name);
        return text.Length == 0
            ? throw new InputException(field, null, $"the file that holds the project's API token, or {TokenVariable} in the environment")
            : !HetznerToken.IsToken(text)
                ? throw new InputException(field, null, $"{HetznerToken.Allowed}; {TokenVariable} in the environment is none")
                : Taken(new(() => text, TokenVariable));
    }

    private static HetznerToken FromFile(CloudSetup setup, string path)
    {
        var field = setup.FieldOf(HetznerDescription.TokenFile.Name);
        try
        {
            if (setup.Files.IsOpenToOthers(path))
            {
                throw new InputException(field, path, $"a file that only its owner may read: chmod 600 {path}");
            }

            return HetznerToken.IsToken(setup.Files.ReadText(path).Trim())
                ? Taken(new(() => setup.Files.ReadText(path), field))
                : throw new InputException(field, path, $"a file that holds {HetznerToken.Allowed}, and nothing else");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(field, path, $"a file that can be read ({error.Message})");
        }
    }

    // Read once now: whatever happens to the file later, there is a last good one.
    private static HetznerToken Taken(HetznerToken token)
    {
        token.Read();
        return token;
    }
}
