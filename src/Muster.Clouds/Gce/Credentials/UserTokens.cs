using Muster.Clouds.Gce.Wire;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Tokens of a person who logged in with <c>gcloud auth application-default login</c>.</summary>
/// <param name="document">The file that it wrote.</param>
/// <param name="calls">Calls the service of tokens.</param>
internal sealed class UserTokens(CredentialDocument document, TokenCalls calls) : ITokenSource
{
    /// <summary>Where such tokens are refreshed unless the file says otherwise.</summary>
    public const string TokenUrl = "https://oauth2.googleapis.com/token";

    /// <inheritdoc/>
    public string Who => "a person's login of gcloud";

    /// <inheritdoc/>
    public Task<AccessToken> FetchAsync(CancellationToken cancellationToken) => calls.PostFormAsync(
        new Uri(document.TokenUri ?? TokenUrl),
        Who,
        [
            new("grant_type", "refresh_token"),
            new("client_id", document.ClientId!),
            new("client_secret", document.ClientSecret!),
            new("refresh_token", document.RefreshToken!),
        ],
        "log in again with `gcloud auth application-default login`, or better give Muster a service account of its own",
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
