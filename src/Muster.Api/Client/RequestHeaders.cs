using System.Globalization;

namespace Muster.Api.Client;

internal static class RequestHeaders
{
    public static HttpRequestMessage WithIdempotencyKey(this HttpRequestMessage request, string? key)
    {
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return request;
    }

    public static HttpRequestMessage WithIfMatch(this HttpRequestMessage request, long? version)
    {
        if (version is { } number)
        {
            request.Headers.IfMatch.Add(new(string.Create(CultureInfo.InvariantCulture, $"\"{number}\"")));
        }

        return request;
    }
}
