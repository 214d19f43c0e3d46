using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Json;
using Muster.Core.Clouds;
using Muster.Core.Templates;
using Muster.Outbound;

namespace Muster.Clouds.Hetzner;

/// <summary>Asks the API whether what a template names is there, and goes together.</summary>
internal sealed class HetznerTemplateCheck(HetznerApi api, ServerParts parts, HetznerPlaces places, TimeProvider timeProvider)
{
    /// <summary>Names of what there is that a refusal lists.</summary>
    private const int ListedMax = 12;

    /// <summary>Everything that is right and wrong with a template.</summary>
    /// <exception cref="CloudException">The API could not be asked.</exception>
    public async Task<TemplateCheck> MakeAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = HetznerTemplates.Read(template);
        var findings = reading.Findings.ToBuilder();
        if (reading.Spec is { } spec)
        {
            var type = await TypeAsync(spec, findings, cancellationToken);
            await ImageAsync(template, spec, type?.Architecture, findings, cancellationToken);
            await PlaceAsync(spec, findings, cancellationToken);
            foreach (var network in spec.Networks)
            {
                await LookAsync("network", network, "networks", "network", NetworksAnswer.Of, answer => answer.Networks);
            }

            foreach (var firewall in spec.Firewalls)
            {
                await LookAsync(
                    "options.firewalls", firewall, "firewalls", "firewall", FirewallsAnswer.Of,
                    answer => answer.Firewalls);
            }

            if (spec.PlacementGroup is { } group)
            {
                await LookAsync(
                    "options.placement_group", group, "placement_groups", "placement group", PlacementGroupsAnswer.Of,
                    answer => answer.PlacementGroups);
            }

            foreach (var key in spec.SshKeys)
            {
                await LookAsync(
                    "options.ssh_keys", key, "ssh_keys", "SSH key", SshKeysAnswer.Of, answer => answer.SshKeys);
            }
        }

        return new(findings.ToImmutable());

        async Task LookAsync<T>(string field, string name, string list, string what, Func<JsonFields, T> read, Func<T, Named[]?> rows)
            where T : class
        {
            var isThere = ServerParts.IsId(name)
                ? await IsThereAsync($"{list}/{name}", cancellationToken)
                : rows((await api.GetAsync($"{list}?name={Uri.EscapeDataString(name)}", cancellationToken)).Read(read))
                    ?.Any(row => row.Name == name) is true;
            findings.Add(isThere
                ? new(field, IsGood: true, $"{what} '{name}' is there")
                : new(field, IsGood: false, $"{field} is '{name}': the project has no such {what}"));
        }
    }

    private async Task<ServerType?> TypeAsync(
        ServerSpec spec, ImmutableArray<TemplateFinding>.Builder findings, CancellationToken cancellationToken)
    {
        var types = await api.ListAsync(
            "server_types", ServerTypesAnswer.Of, answer => answer.ServerTypes, timeProvider, cancellationToken);
        var type = types.FirstOrDefault(
            one => one.Name == spec.ServerType || one.Id.ToString(CultureInfo.InvariantCulture) == spec.ServerType);
        findings.Add(type is null
            ? new(
                "size", IsGood: false,
                $"size is '{spec.ServerType}': there is no such server type; there are "
                + Listed(types.Where(one => one.Deprecation is null).Select(one => one.Name ?? "")))
            : Judge(type, spec));
        return type;
    }

    private TemplateFinding Judge(ServerType type, ServerSpec spec)
    {
        var now = timeProvider.GetUtcNow();
        var here = type.Locations?.Where(one => spec.Location is null || one.Name == spec.Location).ToArray();
        var deprecation = type.Deprecation ?? (spec.Location is null ? null : here?.FirstOrDefault()?.Deprecation);
        var places = (type.Locations?.Select(one => one.Name) ?? type.Prices?.Select(price => price.Location) ?? [])
            .OfType<string>().Distinct().ToArray();
        if (spec.Location is { } location && places.Length > 0 && !places.Contains(location))
        {
            return new(
                "size", IsGood: false, $"size is '{spec.ServerType}': {location} does not have that server type; {Listed(places)} have it");
        }

        if (deprecation is { UnavailableAfter: { } end } && end <= now)
        {
            return new(
                "size", IsGood: false, $"size is '{spec.ServerType}': that server type cannot be had since {end.UtcDateTime:yyyy-MM-dd}");
        }

        var text = string.Create(
            CultureInfo.InvariantCulture, $"server type {type.Name}, {type.Cores} cores, {type.Memory} GB, {type.Architecture}");
        return new("size", IsGood: true, deprecation is { UnavailableAfter: { } until }
            ? string.Create(CultureInfo.InvariantCulture, $"{text}; it cannot be had after {until.UtcDateTime:yyyy-MM-dd}")
            // That may change from one minute to the next, so it is no refusal.
            : here is { Length: > 0 } && here.All(one => one.Available is false) ? $"{text}; none is available there just now"
            : text);
    }

    private async Task ImageAsync(
        Template template, ServerSpec spec, string? architecture, ImmutableArray<TemplateFinding>.Builder findings,
        CancellationToken cancellationToken)
    {
        if (spec.SnapshotSelector is { } selector)
        {
            var newest = await parts.NewestAsync(selector, architecture: null, cancellationToken);
            findings.Add(newest is null ? new("image", IsGood: false, ServerParts.NoSnapshot(selector))
                : Fits(newest, architecture) ? new("image", IsGood: true, ForeignText.Shown(ServerParts.ToldSnapshot(newest)))
                : Misfit(template, spec, newest, architecture));
            return;
        }

        var images = ServerParts.IsId(spec.Image!)
            ? await api.FindAsync($"images/{spec.Image}", ImageAnswer.Of, cancellationToken) is { Image: { } one }
                ? [one]
                : []
            : await api.ListAsync(
                $"images?name={Uri.EscapeDataString(spec.Image!)}&include_deprecated=true", ImagesAnswer.Of,
                answer => answer.Images, timeProvider, cancellationToken);
        var image = images.FirstOrDefault(found => Fits(found, architecture)) ?? images.FirstOrDefault();
        findings.Add(image switch
        {
            null => new(
                "image", IsGood: false,
                $"image is '{template.Image}': no such image; snapshots have no name, only an id or labels: hcloud image list"),
            { Status: not (null or "available") } => new("image", IsGood: false, $"image is '{template.Image}': it is {image.Status}"),
            _ when !Fits(image, architecture) => Misfit(template, spec, image, architecture),
            { Deprecated: { } since } => new(
                "image", IsGood: true,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{image.Description}, deprecated since {since.UtcDateTime:yyyy-MM-dd}: Hetzner removes it later")),
            _ => new("image", IsGood: true, ForeignText.Shown(image.Description ?? image.Name ?? template.Image)),
        });
    }

    private async Task PlaceAsync(ServerSpec spec, ImmutableArray<TemplateFinding>.Builder findings, CancellationToken cancellationToken)
    {
        if (spec.Location is not { } location)
        {
            return;
        }

        var known = await places.ListAsync(cancellationToken);
        findings.Add(known.Contains(location)
            ? new("options.location", IsGood: true, $"location '{location}' is there")
            : new("options.location", IsGood: false, $"options.location is '{location}': the locations are {Listed(known)}"));
    }

    private async Task<bool> IsThereAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(HttpMethod.Get, path, body: null, cancellationToken);
        return answer.IsGood || (HetznerErrors.CodeOf(answer) is "not_found" ? false : throw api.Errors.Translate(answer));
    }

    private static bool Fits(Image image, string? architecture) =>
        architecture is null || image.Architecture is null || image.Architecture == architecture;

    private static TemplateFinding Misfit(Template template, ServerSpec spec, Image image, string? architecture) => new(
        "image", IsGood: false,
        $"image is '{template.Image}': it is for {image.Architecture}, and server type {spec.ServerType} is {architecture}");

    private static string Listed(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToArray();
        return all.Length <= ListedMax
            ? string.Join(", ", all)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", all[..ListedMax])} and {all.Length - ListedMax} more");
    }
}
