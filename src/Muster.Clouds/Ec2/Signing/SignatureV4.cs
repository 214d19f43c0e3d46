using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Clouds.Ec2.Signing;

/// <summary>
/// Signs requests as AWS wants it: Signature Version 4
/// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
/// </summary>
internal static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string TimeForm = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Puts date and signature on a request, which goes to the path <c>/</c> and has its parameters sorted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body; empty for none.</param>
    /// <param name="keys">What signs.</param>
    /// <param name="region">Where it goes.</param>
    /// <param name="service">What it is for: <c>ec2</c>.</param>
    /// <param name="now">The time.</param>
    public static void Sign(
        HttpRequestMessage request, ReadOnlyMemory<byte> body, AwsKeys keys, string region, string service, DateTimeOffset now)
    {
        var url = request.RequestUri!;
        var time = now.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = url.IsDefaultPort ? url.Host : url.Authority,
            ["x-amz-date"] = time,
        };
        if (request.Content?.Headers.ContentType is { } type)
        {
            signed["content-type"] = type.ToString();
        }

        if (keys.SessionToken is { } token)
        {
            signed["x-amz-security-token"] = token;
        }

        // Amazon wants all of its own headers signed.
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            if (name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
            {
                signed[name.ToLowerInvariant()] = values.ToString();
            }
        }

        var names = string.Join(';', signed.Keys);
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        var canonical = string.Join(
            '\n', request.Method.Method, url.AbsolutePath, url.Query.TrimStart('?'),
            string.Concat(signed.Select(header => $"{header.Key}:{header.Value}\n")), names, Hash(body.Span));
        var signature = Signature(keys.SecretAccessKey, scope, $"{Algorithm}\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", time);
        if (keys.SessionToken is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", keys.SessionToken);
        }

        request.Headers.TryAddWithoutValidation(
            "Authorization", $"{Algorithm} Credential={keys.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    private static string Signature(string secret, string scope, string text)
    {
        var key = Encoding.UTF8.GetBytes($"AWS4{secret}");
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
