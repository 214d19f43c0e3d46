using System.Net;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Ec2.Signing;
using Muster.Clouds.Kit.Json;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Credentials that the place gives where Muster runs: a container's role, or an instance's by IMDSv2.</summary>
internal sealed class HostKeys(CredentialOptions options, TokenHttp http)
{
    private const string ContainerAddress = "http://169.254.170.2", InstanceAddress = "http://169.254.169.254";
    private const string RolesPath = "/latest/meta-data/iam/security-credentials/";

    // What an agent may listen at without TLS: this machine, and the addresses that Amazon keeps for it.
    private static readonly string[] AgentHosts =
        ["127.0.0.1", "::1", "[::1]", "localhost", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

    /// <summary>Gets them; null where neither gives any.</summary>
    /// <exception cref="CloudException">Whoever should give them does not.</exception>
    public async Task<AwsKeys?> FindAsync(CancellationToken cancellationToken) =>
        ContainerUrl() is { } url ? await ContainerAsync(url, cancellationToken) : await InstanceAsync(cancellationToken);

    private Uri? ContainerUrl()
    {
        if (options.Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { } path)
        {
            return new Uri(ContainerAddress + path);
        }

        if (options.Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && AgentHosts.Contains(url.Host)))
            ? url
            : throw new CloudException(
                CloudErrorKind.Unauthorized,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names no agent: https://..., or http:// on this machine or at a container agent's");
    }

    private async Task<AwsKeys> ContainerAsync(Uri url, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        var token = options.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { } file
            ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim()
            : options.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        var (status, body) = await http.AskAsync(request, "the container's credential agent", isLocal: true, cancellationToken);
        return status is HttpStatusCode.OK
            ? Read(body, "the container's credential agent")
            : throw new CloudException(
                CloudErrorKind.Unauthorized, $"the container's credential agent answers {(int)status}: has the task or pod a role?");
    }

    private async Task<AwsKeys?> InstanceAsync(CancellationToken cancellationToken)
    {
        if (options.Variable("AWS_EC2_METADATA_DISABLED") is "true")
        {
            return null;
        }

        var address = options.Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")?.TrimEnd('/') ?? InstanceAddress;
        string token;
        try
        {
            var ask = new HttpRequestMessage(HttpMethod.Put, new Uri($"{address}/latest/api/token"));
            ask.Headers.TryAddWithoutValidation("X-aws-ec2-metadata-token-ttl-seconds", "21600");
            var (status, body) = await http.AskAsync(ask, "the instance's metadata service", isLocal: true, cancellationToken);
            if (status is not HttpStatusCode.OK)
            {
                return null;
            }

            token = Encoding.UTF8.GetString(body);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unavailable)
        {
            // This machine is no instance of EC2, or its metadata service is switched off: there is no credential here.
            return null;
        }

        if (await AskAsync(address, RolesPath, token, cancellationToken) is not { } roles)
        {
            return null;
        }

        var role = Encoding.UTF8.GetString(roles).Trim().Split('\n')[0];
        return await AskAsync(address, RolesPath + Uri.EscapeDataString(role), token, cancellationToken) is { } given
            ? Read(given, "the instance's metadata service")
            : null;
    }

    private async Task<byte[]?> AskAsync(string address, string path, string token, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address + path));
        request.Headers.TryAddWithoutValidation("X-aws-ec2-metadata-token", token);
        var (status, body) = await http.AskAsync(request, "the instance's metadata service", isLocal: true, cancellationToken);
        return status switch
        {
            HttpStatusCode.OK => body,
            HttpStatusCode.NotFound => null,
            _ => throw new CloudException(CloudErrorKind.Unavailable, $"the instance's metadata service answers {(int)status}"),
        };
    }

    private static AwsKeys Read(byte[] body, string who)
    {
        try
        {
            if (JsonFields.Parse(body, HostAnswer.Of)
                is { AccessKeyId: { } id, SecretAccessKey: { } secret } given)
            {
                return new(id, secret, given.Token, given.Expiration);
            }
        }
        catch (JsonException)
        {
            // Told below: what it says may hold secrets.
        }

        throw new CloudException(CloudErrorKind.Unavailable, $"{who} gave no whole credential out");
    }
}
