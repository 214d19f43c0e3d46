using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Wire;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Triton.Templates;

/// <summary>Asks CloudAPI whether a template's image, package and networks exist, and whether the account may launch.</summary>
/// <remarks>Each question goes to another of CloudAPI's rate limits than machines do, so a check takes nothing from launches.</remarks>
internal sealed class TemplateChecks(CloudApi api, string? user)
{
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var findings = TemplateText.Read(template, name: null).Findings.ToBuilder();
        bool IsWrong(string field) => findings.Any(finding => finding.Field == field);
        if (!IsWrong("image"))
        {
            findings.Add(await ImageAsync(template.Image, cancellationToken));
        }

        if (template.Size is { } size)
        {
            findings.Add(await PackageAsync(size, cancellationToken));
        }

        foreach (var network in template.Networks.Where(network => Guid.TryParse(network, out _)))
        {
            findings.Add(await NetworkAsync(network, cancellationToken));
        }

        findings.Add(await KeyAsync(cancellationToken));
        findings.AddRange(await LimitsAsync(cancellationToken));
        return new(findings.ToImmutable());
    }

    private async Task<TemplateFinding> ImageAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync("look up the image", $"/images/{id}", cancellationToken) is not { } answer)
        {
            return new("image", IsGood: false, $"image is '{id}': no such image, or it is not this account's to use");
        }

        var image = answer.Read(TritonJson.Default.Image);
        return image.State is null or "active"
            ? new("image", IsGood: true, $"{image.Name}@{image.Version}")
            : new(
                "image",
                IsGood: false,
                $"image is '{id}': {image.Name}@{image.Version} is {image.State}, only an active one can be launched");
    }

    private async Task<TemplateFinding> PackageAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindAsync("look up the package", $"/packages/{Uri.EscapeDataString(name)}", cancellationToken) is not { } answer)
        {
            return new("size", IsGood: false, $"size is '{name}': no such package");
        }

        var package = answer.Read(TritonJson.Default.Package);
        return package.Active is false
            ? new("size", IsGood: false, $"size is '{name}': that package is not active any more")
            : new("size", IsGood: true, string.Create(CultureInfo.InvariantCulture, $"package {package.Name}, {package.Memory} MiB"));
    }

    private async Task<TemplateFinding> NetworkAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync("look up the network", $"/networks/{id}", cancellationToken) is { } answer
            ? new("network", IsGood: true, $"network {answer.Read(TritonJson.Default.Network).Name}")
            : new("network", IsGood: false, $"network is '{id}': no such network");

    /// <summary>
    /// That we were answered at all proves that our key is known; a look at it says which one to delete to cut Muster off.
    /// </summary>
    private async Task<TemplateFinding> KeyAsync(CancellationToken cancellationToken)
    {
        var owner = user is null ? "" : $"/users/{Uri.EscapeDataString(user)}";
        return await FindAsync("look up the key", $"{owner}/keys/{Uri.EscapeDataString(api.KeyFingerprint)}", cancellationToken) is not null
            ? new("key", IsGood: true, $"signs with {api.KeyFingerprint}")
            : new("key", IsGood: false, $"the account has no key {api.KeyFingerprint} any more");
    }

    private async Task<IEnumerable<TemplateFinding>> LimitsAsync(CancellationToken cancellationToken)
    {
        // Only there where the operator has switched limits on.
        if (await FindAsync("look up the limits", "/limits", cancellationToken) is not { } answer)
        {
            return [];
        }

        return answer.Read(TritonJson.Default.ProvisioningLimitArray)
            .Where(limit => limit is { Check: null, By: not null, Value: not null })
            .Select(limit => new TemplateFinding(
                "quota",
                IsGood: (limit.Used ?? 0) < limit.Value,
                string.Create(CultureInfo.InvariantCulture, $"{limit.Used ?? 0} of {limit.Value} {limit.By} used")));
    }

    /// <returns>The answer; null for what does not exist.</returns>
    private async Task<HttpAnswer?> FindAsync(string call, string path, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsGood ? answer
            : answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Conflict ? null
            : throw CloudApiErrors.Translate(answer);
    }
}
