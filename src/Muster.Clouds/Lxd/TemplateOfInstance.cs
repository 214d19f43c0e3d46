using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Lxd.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Lxd;

/// <summary>Reads an instance, whoever made it, into the fields of a template.</summary>
internal sealed class TemplateOfInstance(LxdApi api, LxdCloudOptions options)
{
    private const string Memory = "limits.memory", Cpus = "limits.cpu", Allowance = "limits.cpu.allowance";
    private const string BaseImage = "volatile.base_image", ClusterGroup = "volatile.cluster.group";

    // What the daemon keeps for itself, and what may hold a secret.
    private static readonly string[] Own = ["volatile.", "image."];
    private static readonly string[] Unread = ["user.", "cloud-init.", "environment.", "smbios11.", "systemd.credential"];

    /// <summary>The draft.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.NotFound"/>: there is no such instance.</exception>
    public async Task<TemplateDraft> ReadAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var shape = LxdNames.Rule.CanBe(instance.Value)
            ? await api.FindAsync($"instances/{instance}", LxdShape.Read, cancellationToken)
            : null;
        if (shape is null)
        {
            throw new CloudException(
                CloudErrorKind.NotFound, $"project '{options.Project}' has no instance {instance}, or the credential does not see it");
        }

        var left = new List<string>();
        var image = await ImageAsync(shape, left, cancellationToken);
        var (fields, size) = (Options(shape), Size(shape));
        foreach (var (name, device) in shape.Devices.OrderBy(device => device.Key, StringComparer.Ordinal))
        {
            if (!IsNetwork(device) && !IsRoot(device))
            {
                left.Add($"its device {name} of type {device.GetValueOrDefault("type")}: put it into a profile");
            }
        }

        if (shape.Config.ContainsKey(LxdStates.ProtectionKey))
        {
            left.Add("its protection: Muster could not end such an instance");
        }

        var tags = LxdTags.Read(shape.Config.ToDictionary(entry => entry.Key, string? (entry) => entry.Value));
        if (shape.Config.Keys.Any(key => StartsWith(key, Unread) && !LxdTags.IsTag(key)))
        {
            left.Add("user data, metadata and environment variables, which are not read");
        }

        return new()
        {
            Image = image,
            Size = size,
            Networks =
            [
                .. shape.Devices.Where(device => IsNetwork(device.Value)).OrderBy(device => device.Key.Length)
                    .ThenBy(device => device.Key, StringComparer.Ordinal).Select(device => device.Value["network"]),
            ],
            Tags = tags.RemoveRange(tags.Keys.Where(key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal))),
            Options = fields,
            LeftOut = [.. left],
        };
    }

    /// <summary>The image's name here, or at the server that it came from; its fingerprint where it has neither.</summary>
    private async Task<string> ImageAsync(LxdShape shape, List<string> left, CancellationToken cancellationToken)
    {
        if (shape.Config.GetValueOrDefault(BaseImage) is not { Length: > 0 } fingerprint)
        {
            left.Add("its image: it was made of none");
            return "";
        }

        var image = await api.FindAsync($"images/{Uri.EscapeDataString(fingerprint)}", LxdImage.Read, cancellationToken);
        if (image is null)
        {
            left.Add($"its image, which {options.Dialect.Product} no longer has: name one that is there, or at a remote");
        }

        return image?.Alias ?? AtRemote(image?.Source) ?? fingerprint;
    }

    private string? AtRemote(LxdImageSource? source)
    {
        if (source is not { Alias: { Length: > 0 } alias, Server: { } server })
        {
            return null;
        }

        var address = (source.Protocol is "oci" ? LxdDescription.RegistryPrefix : "") + server.TrimEnd('/');
        return options.Remotes.FirstOrDefault(remote => remote.Value.TrimEnd('/') == address).Key is { } name ? $"{name}:{alias}" : null;
    }

    private static ImmutableSortedDictionary<string, string> Options(LxdShape shape)
    {
        var fields = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                fields[name] = value;
            }
        }

        Add(LxdDescription.Type.Name, shape.Type is LxdDescription.Container ? null : shape.Type);
        Add(LxdDescription.Profiles.Name, shape.Profiles is ["default"] ? null : string.Join(' ', shape.Profiles));
        Add(LxdDescription.Target.Name, shape.Config.GetValueOrDefault(ClusterGroup) is { } group ? $"@{group}" : null);
        Add(LxdDescription.PlacementGroup.Name, shape.Config.GetValueOrDefault("placement.group"));
        var root = shape.Devices.Values.FirstOrDefault(IsRoot);
        Add(LxdDescription.Pool.Name, root?.GetValueOrDefault("pool"));
        Add(LxdDescription.DiskSize.Name, root?.GetValueOrDefault("size"));
        foreach (var (key, value) in shape.Config)
        {
            var isSize = (key is Memory && MemoryOf(shape) is not null) || (key is Cpus or Allowance && CpusOf(shape) is not null);
            if (!isSize && !StartsWith(key, Own) && !StartsWith(key, Unread) && key is not (LxdStates.ProtectionKey or "placement.group"))
            {
                Add(LxdDescription.Config.Prefix + key, value);
            }
        }

        return fields.ToImmutable();
    }

    private static string? Size(LxdShape shape)
    {
        var size = string.Join(',', new[] { MemoryOf(shape), CpusOf(shape) }.OfType<string>());
        return size.Length == 0 ? null : size;
    }

    private static string? MemoryOf(LxdShape shape) =>
        LxdUsage.Bytes(shape.Config.GetValueOrDefault(Memory)) is { } bytes and >= 1024
            ? string.Create(CultureInfo.InvariantCulture, $"memory={(long)bytes / 1024}k")
            : null;

    /// <summary>A number of processors, or a share of one; null for a list of processors, and where both are limited.</summary>
    private static string? CpusOf(LxdShape shape)
    {
        var (count, share) = (shape.Config.GetValueOrDefault(Cpus), shape.Config.GetValueOrDefault(Allowance));
        var isCount = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return share is null && isCount ? $"cpu={count}"
            : count is null && share is not null && share.Contains("ms/", StringComparison.Ordinal)
                ? string.Create(CultureInfo.InvariantCulture, $"cpu={LxdUsage.Cpus(cpus: null, share):0.###}")
            : null;
    }

    private static bool IsRoot(Dictionary<string, string> device) =>
        device.GetValueOrDefault("type") is "disk" && device.GetValueOrDefault("path") is "/";

    // One on the host's card or bridge is no network of a template.
    private static bool IsNetwork(Dictionary<string, string> device) =>
        device.GetValueOrDefault("type") is "nic" && device.GetValueOrDefault("network") is { Length: > 0 };

    private static bool StartsWith(string key, string[] prefixes) =>
        prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));
}
