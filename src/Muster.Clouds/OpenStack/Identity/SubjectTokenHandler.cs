namespace Muster.Clouds.OpenStack.Identity;

/// <summary>Keeps the header in which the identity service hands out a token, beside the request: bodies do not have it.</summary>
/// <param name="inner">Sends; disposed with this.</param>
internal sealed class SubjectTokenHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Where the token is kept.</summary>
    public static readonly HttpRequestOptionsKey<string> Key = new("subject-token");

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.TryGetValues("X-Subject-Token", out var values) && values.FirstOrDefault() is { } token)
        {
            request.Options.Set(Key, token);
        }

        return response;
    }
}
