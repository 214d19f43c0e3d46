namespace Muster.Clouds.Azure.Api;

/// <summary>Keeps of each answer where the long-running operation that it began is looked at.</summary>
/// <param name="inner">Sends; disposed with this.</param>
internal sealed class OperationHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<string> Key = new("muster.operation");

    /// <summary>The address; null where none was told.</summary>
    public static string? OperationOf(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var operation) ? operation : null;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.NonValidated.TryGetValues("Azure-AsyncOperation", out var values) && values.Count > 0)
        {
            request.Options.Set(Key, values.First());
        }

        return response;
    }
}
