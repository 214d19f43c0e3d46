using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Lxd.Wire;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>Turns a template into an instance to be made, or says everything that is wrong with it. The daemon is not asked.</summary>
/// <param name="options">How the cloud is set up.</param>
internal sealed partial class LxdTemplates(LxdCloudOptions options)
{
    private static string ConfigPrefix => LxdDescription.Config.Prefix!;

    /// <summary>Reads it.</summary>
    /// <returns>What to make, without name and tags.</returns>
    public TemplateReading<LxdInstanceCreate> Read(Template template)
    {
        var (dialect, allowance) = (options.Dialect, options.Allowance);
        var reader = new TemplateReader(template, dialect.Description.TemplateOptions);
        foreach (var (name, value) in template.Options.Where(option => LxdDescription.Config.IsNamed(option.Key)))
        {
            if (name.StartsWith(ConfigPrefix + LxdTags.ReservedPrefix, StringComparison.Ordinal))
            {
                reader.Refuse(name, value, "Muster's own tags are kept there");
            }
            else if (LxdReach.Reaches(dialect, name[ConfigPrefix.Length..], value) && !allowance.Allows(name, value))
            {
                reader.Refuse(name, value, allowance.Refusal("it reaches the host, or may", name));
            }
        }

        var type = reader.Read(LxdDescription.Type);
        reader.RefuseFirewall($"{dialect.Product} guards a network, not an instance: give the network an ACL and leave it off");
        if (reader.TextOf(LxdDescription.DiskSize.Name) is { } diskSize && reader.TextOf(LxdDescription.Pool.Name) is null)
        {
            // The root disk is a profile's then, and a size cannot be set on it without its pool.
            reader.Refuse(LxdDescription.DiskSize.Name, diskSize, "only together with options.pool, the root disk's storage pool");
        }

        LxdDescription.UserData.Check(reader);
        var config = Config(template);
        var instanceType = ReadSize(reader, type, config);
        var source = ReadImage(reader, type);
        return reader.End(() => new LxdInstanceCreate
        {
            Name = "",
            Type = type,
            Source = source!,
            InstanceType = instanceType,
            Start = dialect.StartsWithCreation ? true : null,
            Profiles = Profiles(template),
            Config = config,
            Devices = Devices(template),
        });
    }

    /// <summary>The profiles that a template names; null for the daemon's own default.</summary>
    public static string[]? Profiles(Template template) =>
        template.Options.GetValueOrDefault(LxdDescription.Profiles.Name)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, string> Config(Template template)
    {
        var config = template.Options
            .Where(option => LxdDescription.Config.IsNamed(option.Key))
            .ToDictionary(option => option.Key[ConfigPrefix.Length..], option => option.Value);
        foreach (var (key, value) in template.Metadata)
        {
            config[LxdTags.MetadataPrefix + key] = value;
        }

        if (template.UserData is { } userData)
        {
            config["cloud-init.user-data"] = LxdDescription.UserData.Encode(userData);
        }

        if (template.Options.TryGetValue(LxdDescription.PlacementGroup.Name, out var group))
        {
            config["placement.group"] = group;
        }

        return config;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Devices(Template template)
    {
        var devices = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        for (var i = 0; i < template.Networks.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"eth{i}");
            devices[name] = new Dictionary<string, string> { ["type"] = "nic", ["name"] = name, ["network"] = template.Networks[i] };
        }

        if (template.Options.TryGetValue(LxdDescription.Pool.Name, out var pool))
        {
            var root = new Dictionary<string, string> { ["type"] = "disk", ["path"] = "/", ["pool"] = pool };
            if (template.Options.TryGetValue(LxdDescription.DiskSize.Name, out var size))
            {
                root["size"] = size;
            }

            devices["root"] = root;
        }

        return devices;
    }

    /// <summary>Limits go into the configuration.</summary>
    /// <returns>The instance type when the size is one.</returns>
    private static string? ReadSize(TemplateReader reader, string type, Dictionary<string, string> config)
    {
        var size = reader.Template.Size;
        if (size is not null && InstanceType().IsMatch(size))
        {
            return size;
        }

        var limits = reader.ReadLimits("; or an instance type, such as c2-m4 or aws:t2.micro");
        if (limits?.MemoryBytes is { } bytes)
        {
            config["limits.memory"] = string.Create(CultureInfo.InvariantCulture, $"{bytes}B");
        }

        if (limits?.Cpus is { } cpus && decimal.IsInteger(cpus))
        {
            config["limits.cpu"] = string.Create(CultureInfo.InvariantCulture, $"{cpus:0}");
        }
        else if (limits?.Cpus is { } part)
        {
            if (type is LxdDescription.Machine)
            {
                reader.RefuseField("size", size, "a virtual machine has whole processors");
            }

            // A share of time out of each 100 ms, as the kernel counts it.
            config["limits.cpu.allowance"] = string.Create(CultureInfo.InvariantCulture, $"{decimal.Truncate(part * 100)}ms/100ms");
        }

        return null;
    }

    private LxdSource? ReadImage(TemplateReader reader, string type)
    {
        var image = reader.Template.Image;
        var split = image.IndexOf(':', StringComparison.Ordinal);
        if (split < 0)
        {
            return Fingerprint().IsMatch(image) ? new LxdSource { Fingerprint = image } : new LxdSource { Alias = image };
        }

        if (options.Remotes.TryGetValue(image[..split], out var server) && image.Length > split + 1)
        {
            var isRegistry = server.StartsWith(LxdDescription.RegistryPrefix, StringComparison.Ordinal);
            if (isRegistry && type is LxdDescription.Machine)
            {
                reader.RefuseField("image", image, "an image of a registry makes containers, and the template's type is virtual-machine");
            }

            return new LxdSource
            {
                Alias = image[(split + 1)..],
                Server = isRegistry ? server[LxdDescription.RegistryPrefix.Length..] : server,
                Protocol = isRegistry ? "oci" : "simplestreams",
                Mode = "pull",
            };
        }

        reader.RefuseField(
            "image",
            image,
            $"an alias or fingerprint, or one of {string.Join(", ", options.Remotes.Keys.Select(name => $"{name}:"))} and an alias there");
        return null;
    }

    [GeneratedRegex("^([a-z]+:)?([a-z][a-z0-9-]*\\.[a-z0-9.-]+|c[0-9]+-m[0-9]+)$")]
    private static partial Regex InstanceType();

    [GeneratedRegex("^[0-9a-f]{12,64}$")]
    private static partial Regex Fingerprint();
}
