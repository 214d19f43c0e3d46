using System.Net;

using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Tokens of the service account of the machine that this runs on: of an instance, or a pod of GKE.</summary>
/// <param name="host">The metadata server, with its port where it has one.</param>
/// <param name="calls">Calls it.</param>
internal sealed class MetadataTokens(string host, TokenCalls calls) : ITokenSource
{
    /// <inheritdoc/>
    public string Who => $"the service account of this machine (metadata server {host})";

    /// <inheritdoc/>
    public async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"http://{host}/computeMetadata/v1/instance/service-accounts/default/token");
        // Without it, the server answers nobody.
        request.Headers.Add("Metadata-Flavor", "Google");
        var answer = await calls.SendAsync(request, $"a token of the metadata server {host}", cancellationToken);
        if (answer.Status is HttpStatusCode.NotFound)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized,
                $"this machine has no service account (metadata server {host}): give it one, or set credentials_file");
        }

        return calls.TokenOf(answer, Who, "give this machine a service account and the scope cloud-platform");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
