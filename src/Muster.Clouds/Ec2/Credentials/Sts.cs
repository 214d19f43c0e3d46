using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Xml;

using Muster.Clouds.Ec2.Signing;
using Muster.Clouds.Ec2.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Takes roles on.</summary>
internal sealed class Sts(CredentialOptions options, TokenHttp http, TimeProvider timeProvider)
{
    private const string Version = "2011-06-15";
    private const int WordsMax = 300;

    /// <summary>Takes a role on with a credential.</summary>
    public Task<AwsKeys> AssumeAsync(AwsKeys keys, string role, string session, string? externalId, CancellationToken cancellationToken) =>
        AskAsync(
            new QueryForm("AssumeRole", Version).Add("RoleArn", role).Add("RoleSessionName", session).Add("ExternalId", externalId),
            keys, role, cancellationToken);

    /// <summary>Takes a role on with the token in a file.</summary>
    public async Task<AwsKeys> AssumeByTokenAsync(string role, string session, string file, CancellationToken cancellationToken)
    {
        string token;
        try
        {
            token = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized, $"the token for {role} cannot be read: {error.Message}", innerException: error);
        }

        var form = new QueryForm("AssumeRoleWithWebIdentity", Version)
            .Add("RoleArn", role).Add("RoleSessionName", session).Add("WebIdentityToken", token);
        return await AskAsync(form, keys: null, role, cancellationToken);
    }

    private async Task<AwsKeys> AskAsync(QueryForm form, AwsKeys? keys, string role, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(form.Encode());
        var request = new HttpRequestMessage(HttpMethod.Post, options.StsUrl)
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") },
            },
        };
        if (keys is not null)
        {
            SignatureV4.Sign(request, body, keys, options.Region, "sts", timeProvider.GetUtcNow());
        }

        var (status, answer) = await http.AskAsync(request, "sts", isLocal: false, cancellationToken);
        var node = Parse(answer);
        if ((int)status is >= 200 and < 300 && node?.Find("Credentials") is { } given)
        {
            return Read(given, role);
        }

        var error = node?.Find("Error");
        var words = error is null
            ? TokenHttp.Words(answer)
            : ForeignText.Shown($"{error.TextOf("Code")}: {error.TextOf("Message")}", WordsMax);
        throw new CloudException(
            (int)status is 429 ? CloudErrorKind.Throttled : (int)status >= 500 ? CloudErrorKind.Unavailable : CloudErrorKind.Unauthorized,
            $"sts {form.Action}: the role {role} cannot be taken on ({(int)status} {words}): does its trust policy name this credential?");
    }

    private static AwsKeys Read(AnswerNode given, string role) =>
        given.TextOf("AccessKeyId") is { } id && given.TextOf("SecretAccessKey") is { } secret && DateTimeOffset.TryParse(
            given.TextOf("Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
            ? new(id, secret, given.TextOf("SessionToken"), end)
            : throw new CloudException(CloudErrorKind.Unavailable, $"sts gave no whole credential out for {role}");

    private static AnswerNode? Parse(byte[] answer)
    {
        try
        {
            return AnswerNode.Parse(answer);
        }
        catch (XmlException)
        {
            // Something in front of it answers; the status alone speaks.
            return null;
        }
    }
}
