using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Core.Templates;
using Muster.Outbound;

namespace Muster.Clouds.Hetzner;

/// <summary>The one place where the API's refusals become kinds of <see cref="CloudException"/>: its codes decide.</summary>
/// <remarks>hetznercloud/hcloud-go, hcloud/error.go, as of August 2026.</remarks>
internal sealed class HetznerErrors(ApiToken token)
{
    /// <summary>A server's texts are for people; more than this of one is not.</summary>
    private const int TextMax = 300;

    /// <summary>
    /// How long to be silent when there were too many calls. <c>RateLimit-Reset</c> is when the whole hour's calls are there again; one of
    /// them is there after a second.
    /// </summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(10);

    private static readonly ErrorTable Kinds = new(
        new(CloudErrorKind.Unauthorized, Code: "unauthorized"),
        new(CloudErrorKind.Unauthorized, Code: "forbidden"),
        new(CloudErrorKind.Unauthorized, Code: "token_readonly"),
        new(CloudErrorKind.Throttled, Code: "rate_limit_exceeded"),
        new(CloudErrorKind.QuotaExceeded, Code: "resource_limit_exceeded"),
        new(CloudErrorKind.OutOfStock, Code: "resource_unavailable"),
        new(CloudErrorKind.OutOfStock, Code: "placement_error"),
        new(CloudErrorKind.OutOfStock, Code: "no_subnet_available"),
        new(CloudErrorKind.OutOfStock, Code: "ip_not_available"),
        new(CloudErrorKind.NotFound, Code: "not_found"),
        // Something else is being done to it, or to the service: nothing was done, and the engine asks again.
        new(CloudErrorKind.Unavailable, Code: "locked"),
        new(CloudErrorKind.Unavailable, Code: "conflict"),
        new(CloudErrorKind.Unavailable, Code: "maintenance"),
        new(CloudErrorKind.Unavailable, Code: "unavailable"),
        new(CloudErrorKind.InvalidRequest, Code: "protected"),
        new(CloudErrorKind.InvalidRequest, Code: "resource_locked"),
        new(CloudErrorKind.InvalidRequest, Code: "invalid_input"),
        new(CloudErrorKind.InvalidRequest, Code: "invalid_server_type"),
        new(CloudErrorKind.InvalidRequest, Code: "unsupported_error"),
        new(CloudErrorKind.InvalidRequest, Code: "json_error"),
        new(CloudErrorKind.InvalidRequest, Code: "uniqueness_error"),
        new(CloudErrorKind.InvalidRequest, Code: "deprecated_api_endpoint"));

    // The API itself does not know how far a request came.
    private static readonly ImmutableArray<string> Doubtful =
        ["server_error", "service_error", "unknown_error", "timeout", "bad_gateway"];

    private static readonly ImmutableDictionary<string, string> Advice = new Dictionary<string, string>
    {
        ["unauthorized"] = "the token is unknown or was deleted: make one in the Hetzner Console, Security, API tokens",
        ["token_readonly"] = "the token may only read: make one with Read & Write in the Hetzner Console, Security, API tokens",
        ["resource_limit_exceeded"] = "ask Hetzner for a higher limit in the Hetzner Console, Limits",
        ["protected"] = "lift its delete protection first: hcloud server disable-protection",
        ["resource_locked"] = "only Hetzner's support can unlock it",
        ["deprecated_api_endpoint"] = "Hetzner has removed this call: this Muster is too old for it",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>The code of a refusal; null where something else than the API answered.</summary>
    public static string? CodeOf(HttpAnswer answer) => Parse(answer)?.Code;

    /// <summary>What a refusal means.</summary>
    /// <param name="answer">Any answer but a success.</param>
    public CloudException Translate(HttpAnswer answer) => Translate(answer, template: null, zone: null);

    /// <summary>What the refusal of a launch means, told in the words of its template.</summary>
    /// <param name="answer">Any answer but a success.</param>
    /// <param name="template">The template; null where there is none.</param>
    /// <param name="zone">The zone that was asked for; null where there was none.</param>
    public CloudException Translate(HttpAnswer answer, Template? template, string? zone)
    {
        var error = Parse(answer);
        if (error is null)
        {
            return answer.Failure(message: null);
        }

        var kind = Doubtful.Contains(error.Code!) ? answer.Doubt
            : Kinds.KindOf(error.Message ?? "", error.Code) ?? StatusKinds.Of(answer.Status, answer.Doubt);
        var text = Text(answer, error);
        if (template is not null && kind is (CloudErrorKind.NotFound or CloudErrorKind.InvalidRequest))
        {
            kind = CloudErrorKind.InvalidRequest;
            text = $"{Values(error, template, zone)}{text}";
        }

        return new(kind, $"{answer.Call}: {text}", SilenceOf(answer, kind));
    }

    // What stands in front of the API has its own limits, and says no code of the API's.
    private static TimeSpan? SilenceOf(HttpAnswer answer, CloudErrorKind kind) =>
        kind is CloudErrorKind.Throttled && answer.RetryAfter is var wait && (wait is null || wait > SilenceMax)
            ? SilenceMax
            : answer.RetryAfter;

    private string Text(HttpAnswer answer, ApiError error)
    {
        var fields = (error.Details?.Fields ?? [])
            .Where(field => field.Messages is { Length: > 0 })
            .Select(field => $"{field.Name}: {string.Join(", ", field.Messages!)}");
        var said = string.Join("; ", new[] { error.Message ?? "no word why" }.Concat(fields));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{ForeignText.Shown(TokenMask.Apply(said, token.Last), TextMax)} ({error.Code}, {(int)answer.Status})");
        return Advice.GetValueOrDefault(error.Code!) is { } advice ? $"{text}: {advice}" : text;
    }

    /// <summary>The template's own fields that the refusal is about, with their values.</summary>
    private static string Values(ApiError error, Template template, string? zone)
    {
        var about = (error.Details?.Fields ?? []).Select(field => field.Name ?? "").ToArray();
        bool IsAbout(string field, string word) =>
            about.Any(name => name.Split('.', '[')[0] == field)
            || (about.Length == 0 && error.Message?.Contains(word, StringComparison.OrdinalIgnoreCase) is true);
        string?[] values =
        [
            IsAbout("image", "image") ? $"image is '{template.Image}'" : null,
            IsAbout("server_type", "server type") || error.Code is "invalid_server_type" ? $"size is '{template.Size}'" : null,
            IsAbout("location", "location") ? zone is null ? Told(HetznerDescription.Location.Name, template) : $"zone is '{zone}'" : null,
            IsAbout("networks", "network") ? $"network is '{string.Join(", ", template.Networks)}'" : null,
            IsAbout("firewalls", "firewall") ? Told(HetznerDescription.Firewalls.Name, template) : null,
            IsAbout("placement_group", "placement group") ? Told(HetznerDescription.PlacementGroup.Name, template) : null,
            IsAbout("ssh_keys", "ssh key") ? Told(HetznerDescription.SshKeys.Name, template) : null,
        ];
        return string.Concat(values.Where(value => value is not null).Select(value => $"{value}: "));
    }

    private static string? Told(string option, Template template) =>
        template.Options.TryGetValue(option, out var value) ? $"options.{option} is '{value}'" : null;

    private static ApiError? Parse(HttpAnswer answer) =>
        answer.TryRead(ErrorAnswer.Of) is { Error: { Code.Length: > 0 } error } ? error : null;
}
