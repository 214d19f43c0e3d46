using System.Collections.Immutable;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Templates;
using Muster.Clouds.Gce.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Gce.Machines;

/// <summary>Reads an instance into the fields of a template.</summary>
internal sealed class GceTemplateReading(GceApi api, GceListing listing)
{
    private static readonly string[] ReadKeys = [GceLabels.TagsKey, GceLabels.NameKey];

    /// <summary>Reads one: by its id, by <c>ZONE/NAME</c>, by its link, or by its name alone where only one in the region has it.</summary>
    public async Task<TemplateDraft> ReadAsync(InstanceId id, CancellationToken cancellationToken)
    {
        var instance = await FindAsync(id.Value, cancellationToken)
            ?? throw new CloudException(
                CloudErrorKind.NotFound, $"instance is '{id}': there is none in project {api.Project}; its id is ZONE.NAME");
        var boot = (instance.Disks ?? []).FirstOrDefault(disk => disk?.Boot is true);
        var disk = boot?.Source is { } source && GceNames.PartOf(source, "zones") is { } zone && GceNames.LastOf(source) is { } name
            ? (await api.FindAsync($"look at the boot disk of {id}", $"zones/{zone}/disks/{name}", cancellationToken))?
                .Read(GceDisk.Of)
            : null;
        return Draft(instance, disk);
    }

    private async Task<GceInstance?> FindAsync(string text, CancellationToken cancellationToken)
    {
        var link = GceNames.PartOf(text, "instances") is { } named ? $"{GceNames.PartOf(text, "zones")}.{named}" : text;
        link = link.Split('/') is [var first, var second] ? $"{first}.{second}" : link;
        if (GceNames.TryRead(link, out var zone, out var name))
        {
            return (await api.FindAsync($"look at {text}", $"zones/{zone}/instances/{name}", cancellationToken))?
                .Read(GceInstance.Of);
        }

        if (!GceNames.IsName(text))
        {
            return null;
        }

        var found = await listing.FindAsync($"name = \"{text}\"", cancellationToken);
        return found.Length <= 1
            ? found.FirstOrDefault()
            : throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"instance is '{text}': several have that name: {string.Join(", ", found.Select(one => GceStates.Read(one).Id))}");
    }

    private TemplateDraft Draft(GceInstance instance, GceDisk? boot)
    {
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string option, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                options[option] = value;
            }
        }

        var account = instance.ServiceAccounts?.FirstOrDefault();
        var interfaces = (instance.NetworkInterfaces ?? []).OfType<NetworkInterface>().ToArray();
        Add(GceTemplateOptions.NetworkTags.Name, Joined(instance.Tags?.Items));
        Add(GceTemplateOptions.ServiceAccount.Name, account?.Email);
        Add(GceTemplateOptions.Scopes.Name, Joined(account?.Scopes?.Select(GceTemplateOptions.WordOf)));
        Add(GceTemplateOptions.DiskSize.Name, boot?.SizeGb);
        Add(GceTemplateOptions.DiskType.Name, GceNames.LastOf(boot?.Type));
        Add(GceTemplateOptions.ExternalIp.Name, interfaces.FirstOrDefault()?.AccessConfigs is { Length: > 0 } ? null : "off");
        Add(GceTemplateOptions.ProvisioningModel.Name, instance.Scheduling?.ProvisioningModel == "SPOT" ? "spot" : null);
        Add(GceTemplateOptions.Disks.Name, Joined((instance.Disks ?? [])
            .Where(disk => disk is { Boot: not true, AutoDelete: true, Type: "PERSISTENT", DiskSizeGb: not null })
            .Select(disk => disk.DiskSizeGb)));
        return new TemplateDraft
        {
            Image = ImageOf(boot) ?? "",
            Size = GceNames.LastOf(instance.MachineType),
            Networks = [.. interfaces.Select(NetworkOf).OfType<string>()],
            Tags = GceStates.TagsOf(instance)
                .RemoveRange(GceStates.TagsOf(instance).Keys.Where(tag => tag.StartsWith(MusterTags.Prefix, StringComparison.Ordinal))),
            Options = options.ToImmutable(),
            LeftOut = LeftOut(instance, boot),
        };
    }

    private static ImmutableArray<string> LeftOut(GceInstance instance, GceDisk? boot)
    {
        var left = ImmutableArray.CreateBuilder<string>();
        var keys = (instance.Metadata?.Items ?? []).Select(item => item?.Key).OfType<string>().Except(ReadKeys).Order().ToArray();
        if (keys.Length > 0)
        {
            left.Add($"its metadata, which may hold secrets: {string.Join(", ", keys)}");
        }

        if (ImageOf(boot) is null)
        {
            left.Add("its image: the boot disk was not made from one; choose one");
        }

        if (instance.GuestAccelerators is { Length: > 0 } accelerators)
        {
            left.Add($"its {accelerators.Length} accelerators: begin with an instance_template that has them");
        }

        if (instance.ServiceAccounts?.FirstOrDefault()?.Email?.Contains("-compute@", StringComparison.Ordinal) is true)
        {
            left.Add("that its service account is the project's default one: rather make one for these instances alone");
        }

        var kept = (instance.Disks ?? []).Count(disk => disk is { Boot: not true, AutoDelete: not true });
        if (kept > 0)
        {
            left.Add($"{kept} disks that outlive it");
        }

        return left.ToImmutable();
    }

    private string? NetworkOf(NetworkInterface one)
    {
        var link = one.Subnetwork ?? one.Network;
        var at = link?.IndexOf("projects/", StringComparison.Ordinal) ?? -1;
        return at < 0 ? null
            : link![at..].StartsWith($"projects/{api.Project}/regions/{api.Region}/subnetworks/", StringComparison.Ordinal)
                ? GceNames.LastOf(link)
                : link[at..];
    }

    private static string? ImageOf(GceDisk? boot) =>
        boot?.SourceImage is { } image && image.IndexOf("projects/", StringComparison.Ordinal) is >= 0 and var at ? image[at..] : null;

    private static string? Joined(IEnumerable<string?>? words) => words is null ? null : string.Join(',', words.OfType<string>());
}
