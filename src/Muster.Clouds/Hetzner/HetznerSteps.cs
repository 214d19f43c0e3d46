using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;

namespace Muster.Clouds.Hetzner;

/// <summary>Looks at what a launch will need besides a template. What is left of a limit, Hetzner's API does not tell.</summary>
internal sealed class HetznerSteps(HetznerApi api)
{
    /// <summary>Both steps; the second only where the first is good.</summary>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        var look = await api.SendAsync(HttpMethod.Get, "servers?per_page=1", body: null, cancellationToken);
        if (!look.IsGood)
        {
            var refusal = api.Errors.Translate(look);
            return refusal.Kind is CloudErrorKind.Unauthorized
                ? [new("identity", IsGood: false, refusal.Message)]
                : throw refusal;
        }

        var servers = HetznerApi.PageOf(look).TotalEntries;
        var whose = servers is null
            ? "the token is known; the API does not tell the project's name"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the token is of a project with {servers} server{(servers == 1 ? "" : "s")}; the API does not tell its name");
        return [new("identity", IsGood: true, whose), .. await PermissionsAsync(cancellationToken)];
    }

    // A creation without a name, a type and an image can make nothing: a token that may only read is refused for that, any other for what
    // is missing. See docs/decisions/0243-whether-a-token-may-write.md.
    private async Task<ImmutableArray<CloudStep>> PermissionsAsync(CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(HttpMethod.Post, "servers", HttpCaller.Json(Encoding.UTF8.GetBytes("{}")), cancellationToken);
        return HetznerErrors.CodeOf(answer) switch
        {
            "invalid_input" or "json_error" => [new("permissions", IsGood: true, "the token may read and write")],
            "token_readonly" or "forbidden" or "unauthorized" => [new("permissions", IsGood: false, api.Errors.Translate(answer).Message)],
            // Throttled, under maintenance or out of reach: that says nothing of the token.
            _ when !answer.IsGood => throw api.Errors.Translate(answer),
            _ => throw new CloudException(CloudErrorKind.Unavailable, $"{answer.Call} took an empty server: this is not Hetzner's API"),
        };
    }
}
