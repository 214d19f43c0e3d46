using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Templates;
using Muster.Clouds.Gce.Wire;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Gce.Machines;

/// <summary>Asks Google whether what a template names is there.</summary>
internal sealed class GceTemplateCheck(GceApi api, GceZones zones, GceTemplates templates)
{
    /// <summary>So many names stand in a refusal; then "and N more".</summary>
    private const int NamesMax = 12;

    /// <summary>Everything that is right and wrong with a template.</summary>
    public async Task<TemplateCheck> MakeAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (wrong, spec) = templates.Read(template);
        if (spec is null)
        {
            return new TemplateCheck(wrong);
        }

        var findings = wrong.ToBuilder();
        var known = await zones.ListAsync(cancellationToken);
        foreach (var zone in spec.Zones.Where(zone => !known.Contains(zone)))
        {
            findings.Add(new(
                $"options.{GceTemplateOptions.Zones.Name}", IsGood: false,
                $"options.zones is '{zone}': up are {string.Join(", ", known)}"));
        }

        ImmutableArray<string> places = [.. (spec.Zones.IsEmpty ? known : spec.Zones).Where(zone => known.Contains(zone))];
        if (spec.Image is { } image)
        {
            findings.Add(await ImageAsync(template.Image, image, cancellationToken));
        }

        if (spec.MachineType is { } type)
        {
            findings.AddRange(await SizeAsync(type, places, cancellationToken));
        }

        foreach (var network in spec.Networks)
        {
            findings.Add(await NetworkAsync(network, cancellationToken));
        }

        if (spec.InstanceTemplate is { } name)
        {
            var option = $"options.{GceTemplateOptions.InstanceTemplate.Name}";
            findings.Add(
                await api.FindAsync("look at the instance template", $"global/instanceTemplates/{name}", cancellationToken) is not null
                    ? new(option, IsGood: true, $"instance template {name}")
                    : new(option, IsGood: false, $"{option} is '{name}': there is no such instance template in project {api.Project}"));
        }

        if (spec.DiskType is { } disk && places is [var place, ..]
            && await api.FindAsync("look at the disk type", $"zones/{place}/diskTypes/{disk}", cancellationToken) is null)
        {
            findings.Add(new(
                $"options.{GceTemplateOptions.DiskType.Name}", IsGood: false,
                $"options.{GceTemplateOptions.DiskType.Name} is '{disk}': there is no such disk type in {place}"));
        }

        return new TemplateCheck(findings.ToImmutable());
    }

    private async Task<TemplateFinding> ImageAsync(string said, string link, CancellationToken cancellationToken)
    {
        var owner = GceNames.PartOf(link, "projects")!;
        if (await api.FindAsync("look at the image", link, cancellationToken) is not { } answer)
        {
            return new(
                "image", IsGood: false,
                $"image is '{said}': there is no such image{(link.Contains("/family/", StringComparison.Ordinal) ? " family" : "")} in "
                + $"project {owner}{await OthersAsync(owner, link, cancellationToken)}");
        }

        var image = answer.Read(GceImage.Of);
        return image switch
        {
            { Deprecated.State: "OBSOLETE" or "DELETED" } => new(
                "image", IsGood: false,
                $"image is '{said}': {image.Name} is {image.Deprecated.State.ToLowerInvariant()}"
                + (GceNames.LastOf(image.Deprecated.Replacement) is { } next ? $", and {next} takes its place" : "")),
            { Status: not null and not "READY" } => new(
                "image", IsGood: false,
                $"image is '{said}': {image.Name} is {image.Status.ToLowerInvariant()}, and only a ready one can be launched"),
            _ => new("image", IsGood: true, $"image {image.Name} of project {owner}"),
        };
    }

    /// <summary>What people may have meant: the families of that project.</summary>
    private async Task<string> OthersAsync(string owner, string link, CancellationToken cancellationToken)
    {
        if (!link.Contains("/family/", StringComparison.Ordinal))
        {
            return "";
        }

        try
        {
            var answer = await api.GetAsync(
                "list images", $"projects/{owner}/global/images?maxResults=500", cancellationToken);
            var families = (answer.Read(ImageList.Of).Items ?? [])
                .Where(image => image?.Deprecated?.State is null)
                .Select(image => image.Family).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
            return families.Length == 0 ? "" : $"; families there are {Listed(families)}";
        }
        catch (CloudException failure)
        {
            // Only for better words.
            CallPace.Survived(failure);
            return "";
        }
    }

    private async Task<List<TemplateFinding>> SizeAsync(string type, ImmutableArray<string> places, CancellationToken cancellationToken)
    {
        GceMachineType? found = null;
        var missing = new List<string>();
        foreach (var zone in places)
        {
            if (await api.FindAsync("look at the machine type", $"zones/{zone}/machineTypes/{type}", cancellationToken) is { } answer)
            {
                found ??= answer.Read(GceMachineType.Of);
            }
            else
            {
                missing.Add(zone);
            }
        }

        if (found is null)
        {
            return places.IsEmpty ? [] :
            [
                new("size", IsGood: false,
                    $"size is '{type}': there is no such machine type in {string.Join(", ", places)}"
                    + await TypesAsync(type, places[0], cancellationToken)),
            ];
        }

        var told = string.Create(CultureInfo.InvariantCulture, $"machine type {type}, {found.GuestCpus} CPUs, {found.MemoryMb} MiB");
        return missing.Count == 0
            ? [new("size", IsGood: true, told)]
            :
            [
                new("size", IsGood: false,
                    $"size is '{type}': there is no such machine type in {string.Join(", ", missing)}; leave them out with "
                    + $"options.{GceTemplateOptions.Zones.Name} = \"{string.Join(',', places.Except(missing))}\""),
            ];
    }

    private async Task<string> TypesAsync(string type, string zone, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync("list machine types", $"zones/{zone}/machineTypes?maxResults=500", cancellationToken);
        var names = (answer.Read(MachineTypeList.Of).Items ?? [])
            .Select(one => one?.Name).OfType<string>().Order(StringComparer.Ordinal).ToArray();
        var family = $"{type.Split('-')[0]}-";
        var near = names.Where(name => name.StartsWith(family, StringComparison.Ordinal)).ToArray();
        return names.Length == 0 ? "" : $"; there are {Listed(near.Length > 0 ? near : names)}";
    }

    private async Task<TemplateFinding> NetworkAsync(NetworkLink network, CancellationToken cancellationToken)
    {
        var what = network.IsSubnetwork ? "subnetwork" : "network";
        var name = GceNames.LastOf(network.Link);
        return await api.FindAsync($"look at the {what}", network.Link, cancellationToken) is not null
            ? new("network", IsGood: true, $"{what} {name}")
            : new(
                "network", IsGood: false,
                $"network is '{name}': there is no such {what} in project {GceNames.PartOf(network.Link, "projects")}"
                + (network.IsSubnetwork ? $" and region {api.Region}; a whole network is networks/{name}" : ""));
    }

    private static string Listed(string[] names) => names.Length <= NamesMax
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(NamesMax))} and {names.Length - NamesMax} more";
}
