using System.Text.Json;

using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Tokens for an identity of somebody else's, such as a cluster or a CI: workload identity federation.</summary>
/// <remarks>Its own token is read from a file or a URL, and exchanged at Google's service (RFC 8693).</remarks>
/// <param name="document">The configuration file.</param>
/// <param name="files">Where the token's file is.</param>
/// <param name="calls">Calls both services.</param>
internal sealed class ExternalTokens(CredentialDocument document, CloudFiles files, TokenCalls calls) : ITokenSource
{
    /// <inheritdoc/>
    public string Who => $"an outside identity of {document.Audience}";

    /// <inheritdoc/>
    public async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        var subject = await SubjectAsync(cancellationToken);
        return await calls.PostFormAsync(
            new Uri(document.TokenUrl!),
            Who,
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                new("audience", document.Audience!),
                new("scope", GoogleScopes.All),
                new("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                new("subject_token", subject),
                new("subject_token_type", document.SubjectTokenType!),
            ],
            "the provider of its workload identity pool does not take the token: look at its issuer, audience and conditions",
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private async Task<string> SubjectAsync(CancellationToken cancellationToken)
    {
        var source = document.CredentialSource!;
        var (where, text) = source.File is { } path ? (path, Read(path)) : (source.Url!, await GetAsync(source, cancellationToken));
        var subject = source.Format is { Type: "json", SubjectTokenFieldName: { } field } ? Field(text, field) : text.Trim();
        return subject is { Length: > 0 }
            ? subject
            : throw new CloudException(CloudErrorKind.Unauthorized, $"{where} holds no token of the outside identity");
    }

    private string Read(string path)
    {
        try
        {
            return files.ReadText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized,
                $"the outside identity's token cannot be read from {path}: {error.Message}",
                innerException: error);
        }
    }

    private async Task<string> GetAsync(TokenSourceDocument source, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, source.Url);
        foreach (var (name, value) in source.Headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await calls.SendAsync(request, "the outside identity's token", cancellationToken);
        return answer.IsGood ? System.Text.Encoding.UTF8.GetString(answer.Body) : throw Refused(answer);
    }

    private static CloudException Refused(HttpAnswer answer) => answer.Failure(
        (int)answer.Status >= 500 ? CloudErrorKind.Unavailable : CloudErrorKind.Unauthorized, message: null);

    private static string? Field(string text, string field)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return JsonTexts.Text(json.RootElement, field);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
