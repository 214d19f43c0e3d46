using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Ec2.Wire;

namespace Muster.Simulators.Ec2.Identity;

/// <summary>Checks signatures of the fourth version as AWS does.</summary>
internal static partial class SignatureCheck
{
    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5);

    /// <summary>Whose request it is.</summary>
    /// <exception cref="AwsRefusal">Nobody's.</exception>
    public static SimulatedAwsKey Check(
        HttpRequest request, byte[] body, string region, Func<string, SimulatedAwsKey?> find, DateTimeOffset now)
    {
        var match = Header().Match(request.Headers.Authorization.ToString());
        if (!match.Success)
        {
            throw new AwsRefusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
        }

        var (date, scopeRegion, service) = (match.Groups["date"].Value, match.Groups["region"].Value, match.Groups["service"].Value);
        var wire = service switch
        {
            "sts" => AwsWire.Sts,
            "elasticloadbalancing" => AwsWire.Balancing,
            _ => AwsWire.Ec2,
        };
        var isQuery = wire is not AwsWire.Ec2;
        var time = request.Headers["X-Amz-Date"].ToString();
        if (!DateTimeOffset.TryParseExact(
            time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt))
        {
            throw new AwsRefusal(400, "IncompleteSignature", "Date must be in ISO-8601 'basic format'", wire);
        }

        if ((now - signedAt).Duration() > SkewMax)
        {
            throw isQuery
                ? new AwsRefusal(403, "SignatureDoesNotMatch", $"Signature expired: {time} is now earlier than the time allowed", wire)
                : new AwsRefusal(400, "RequestExpired", "Request has expired.");
        }

        if (scopeRegion != region)
        {
            throw new AwsRefusal(
                isQuery ? 403 : 401, isQuery ? "SignatureDoesNotMatch" : "AuthFailure",
                $"Credential should be scoped to a valid region, not '{scopeRegion}'.", wire);
        }

        var wrong = isQuery
            ? new AwsRefusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.", wire)
            : new AwsRefusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials");
        var key = find(match.Groups["id"].Value) ?? throw wrong;
        if (key.Token != (request.Headers.TryGetValue("X-Amz-Security-Token", out var token) ? token.ToString() : null))
        {
            throw wrong;
        }

        if (key.IsExpired)
        {
            throw isQuery
                ? new AwsRefusal(403, "ExpiredToken", "The security token included in the request is expired", wire)
                : new AwsRefusal(400, "RequestExpired", "Request has expired.");
        }

        var names = match.Groups["headers"].Value;
        var headers = string.Concat(names.Split(';').Select(name => $"{name}:{Value(request, name)}\n"));
        var query = string.Join('&', (request.QueryString.Value ?? "").TrimStart('?').Split('&').Order(StringComparer.Ordinal));
        var canonical = $"{request.Method}\n{request.Path}\n{query}\n{headers}\n{names}\n{Hash(body)}";
        var scope = $"{date}/{scopeRegion}/{service}/aws4_request";
        var text = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var signature = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes($"AWS4{key.Secret}"), Hmac);
        return Convert.ToHexStringLower(Hmac(signature, text)) == match.Groups["signature"].Value
            ? key
            : throw (isQuery
                ? new AwsRefusal(403, "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you provided.", wire)
                : wrong);
    }

    private static string Value(HttpRequest request, string name) =>
        name == "host" ? request.Host.Value ?? "" : request.Headers[name].ToString().Trim();

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [GeneratedRegex(
        "^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)/(?<date>[0-9]{8})/(?<region>[^/]+)/(?<service>[^/]+)/aws4_request, *"
        + "SignedHeaders=(?<headers>[^,]+), *Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Header();
}
