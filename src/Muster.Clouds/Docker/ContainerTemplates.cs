using System.Collections.Immutable;
using System.Text.RegularExpressions;

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Templates;
using Muster.Core;
using Muster.Core.Options;
using Muster.Core.Templates;

namespace Muster.Clouds.Docker;

/// <summary>Turns a template into a container, or says everything that is wrong with it. The daemon is not asked.</summary>
internal static partial class ContainerTemplates
{
    /// <summary>Where user data lies in the container.</summary>
    public const string UserDataPath = "/etc/muster/user-data";

    /// <summary>What an entry of <c>allow</c> may be, for error messages.</summary>
    public const string KnownEntries =
        "network=NAME, as in network=host or network=container:NAME, a * at the end for anything; with blanks between";

    private const string NetworkPrefix = "network=";

    /// <summary>Whether an entry of <c>allow</c> names something here.</summary>
    public static bool IsEntry(string entry) =>
        entry.StartsWith(NetworkPrefix, StringComparison.Ordinal) && entry.Length > NetworkPrefix.Length && entry != "network=container:";

    /// <summary>Reads it.</summary>
    public static TemplateReading<ContainerSpec> Read(Template template, HostAllowance allowance)
    {
        var reader = new TemplateReader(template, DockerDescription.Kind.TemplateOptions);
        var limits = reader.ReadLimits();
        reader.RefuseFirewall("Docker guards nothing but the ports that are published; leave it off");
        foreach (var network in template.Networks.Where(network => ReachesHost(network) && !allowance.Allows("network", network)))
        {
            reader.RefuseField(
                "network",
                network,
                allowance.Refusal("it is the host's own network, or another container's, or no network's name", $"network={network}"));
        }

        var (command, entrypoint) = (Words(reader, DockerDescription.Command), Words(reader, DockerDescription.Entrypoint));
        var (ports, pull) = (reader.Read(DockerDescription.Publish), reader.Read(DockerDescription.Pull));
        var metadata = MetadataVariables.Read(template.Metadata, reader.Findings);
        return reader.End(() => new ContainerSpec(
            new ContainerCreate
            {
                Image = template.Image,
                Cmd = command,
                Entrypoint = entrypoint,
                Env =
                [
                    .. metadata.Select(variable => $"{variable.Key}={variable.Value}"),
                    .. template.UserData is null ? ImmutableArray<string>.Empty : [$"{MetadataVariables.UserDataFile}={UserDataPath}"],
                ],
                ExposedPorts = ports?.Keys.ToDictionary(port => port, _ => new EmptyObject()),
                HostConfig = new ContainerHost
                {
                    NetworkMode = template.Networks.FirstOrDefault(),
                    Memory = limits?.MemoryBytes ?? 0,
                    NanoCpus = (long)((limits?.Cpus ?? 0) * 1_000_000_000),
                    PortBindings = ports,
                },
            },
            pull,
            [.. template.Networks.Skip(1)]));
    }

    // NetworkMode in Docker's API knows words beside the names of networks, and other engines know more ("ns:/proc/1/ns/net"): only a plain
    // name passes.
    private static bool ReachesHost(string network) =>
        network.Equals("host", StringComparison.OrdinalIgnoreCase) || !NetworkName().IsMatch(network);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex NetworkName();

    private static ImmutableArray<string>? Words(TemplateReader reader, ConfigOption option)
    {
        if (reader.TextOf(option.Name) is not { } text)
        {
            return null;
        }

        if (CommandLine.TrySplit(text, out var words, out var error))
        {
            return words;
        }

        reader.Refuse(option.Name, text, error!);
        return null;
    }
}
