using System.Net.Http.Headers;

using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Tokens of a service account that another identity may act as.</summary>
/// <param name="source">Who acts.</param>
/// <param name="url">Where the service account's tokens are made.</param>
/// <param name="delegates">Service accounts in between; null for none.</param>
/// <param name="calls">Calls it.</param>
internal sealed class ImpersonatedTokens(ITokenSource source, Uri url, string[]? delegates, TokenCalls calls) : ITokenSource
{
    private const string Before = "/serviceAccounts/";

    /// <inheritdoc/>
    public string Who => $"service account {AccountOf(url)}, for {source.Who}";

    /// <inheritdoc/>
    public async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        var token = await source.FetchAsync(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = HttpCaller.Json(new ImpersonationRequest([GoogleScopes.All], "3600s", delegates).ToJson()),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        var answer = await calls.SendAsync(request, $"a token for {Who}", cancellationToken);
        if (!answer.IsGood)
        {
            throw TokenCalls.Refusal(
                answer, Who,
                "give the one who acts the role roles/iam.workloadIdentityUser or roles/iam.serviceAccountTokenCreator on that "
                + "service account");
        }

        var read = answer.Read(ImpersonationAnswer.Of);
        return calls.Make(read.AccessToken, read.ExpireTime - calls.Time.GetUtcNow(), Who);
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private static string AccountOf(Uri url)
    {
        var path = url.AbsolutePath;
        var begin = path.IndexOf(Before, StringComparison.Ordinal);
        return begin < 0 ? path : path[(begin + Before.Length)..].Split(':')[0];
    }
}
