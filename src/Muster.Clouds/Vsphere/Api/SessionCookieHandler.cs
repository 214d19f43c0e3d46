namespace Muster.Clouds.Vsphere.Api;

/// <summary>Keeps the cookie of a session that a login is answered with, beside its request.</summary>
internal sealed class SessionCookieHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>The cookie's name.</summary>
    public const string Name = "vmware_soap_session";

    /// <summary>Where a request has it: with its name, as it is to be sent.</summary>
    public static readonly HttpRequestOptionsKey<string> Cookie = new(Name);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies)
            && cookies.FirstOrDefault(cookie => cookie.StartsWith($"{Name}=", StringComparison.Ordinal)) is { } set)
        {
            request.Options.Set(Cookie, set.Split(';')[0]);
        }

        return response;
    }
}
