using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Docker.Wire;
using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Docker;

/// <summary>What a container is as an instance.</summary>
internal static partial class ContainerStates
{
    /// <summary>Keeps the name of an instance that Docker does not take as a name.</summary>
    public const string NameLabel = "muster.name";

    // Above this, a shell's way of telling that a signal ended a process.
    private const int SignalBase = 128;

    /// <summary>The instance.</summary>
    /// <param name="container">As the daemon lists it.</param>
    /// <param name="now">The time.</param>
    /// <param name="startTimeout">How long a container may be there before it is started; longer, and whoever made it has died.</param>
    /// <param name="isEnding">Whether this process is ending it.</param>
    public static Instance Instance(ContainerSummary container, DateTimeOffset now, TimeSpan startTimeout, bool isEnding)
    {
        var createdAt = DateTimeOffset.FromUnixTimeSeconds(container.Created);
        var tags = container.Labels?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? ImmutableSortedDictionary<string, string>.Empty;
        var (state, detail) = isEnding ? (InstanceState.Terminating, "stopping") : State(container, now - createdAt > startTimeout);
        return new Instance
        {
            Id = new InstanceId(container.Id),
            Name = tags.GetValueOrDefault(NameLabel) ?? NameOf(container),
            State = state,
            StateDetail = detail,
            CreatedAt = createdAt,
            Tags = tags,
            Addresses = Addresses(container),
            Attributes = Attributes(container),
        };
    }

    private static string NameOf(ContainerSummary container) => container.Names is [var name, ..] ? name.TrimStart('/') : container.Id;

    private static (InstanceState State, string Detail) State(ContainerSummary container, bool isOld) => container.State switch
    {
        "created" when isOld => (InstanceState.Failed, "created and never started"),
        "created" => (InstanceState.Provisioning, "created"),
        "restarting" => (InstanceState.Provisioning, "restarting"),
        "running" => (InstanceState.Running, "running"),
        "paused" => (InstanceState.Stopped, "paused"),
        "removing" => (InstanceState.Terminating, "removing"),
        "exited" => (InstanceState.Failed, Exit(container.Status)),
        "dead" => (InstanceState.Failed, "dead: could not be removed"),
        _ => (InstanceState.Unknown, container.State),
    };

    /// <summary>How it ended, from <c>Exited (137) 3 seconds ago</c>, whose end changes all the time.</summary>
    private static string Exit(string? status)
    {
        if (status is null || ExitCode().Match(status) is not { Success: true } match)
        {
            return "exited";
        }
        var code = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return code > SignalBase ? $"killed by signal {code - SignalBase}" : $"exited with code {code}";
    }

    /// <summary>Published ports first: they can be reached from elsewhere.</summary>
    private static ImmutableArray<string> Addresses(ContainerSummary container)
    {
        var published = (container.Ports ?? [])
            .Where(port => port.PublicPort is not null)
            .Select(port => string.Create(CultureInfo.InvariantCulture, $"{Host(port.IP)}:{port.PublicPort}"));
        var own = (container.NetworkSettings?.Networks ?? new Dictionary<string, NetworkEnd>())
            .OrderBy(network => network.Key, StringComparer.Ordinal)
            .SelectMany(network => new[] { network.Value.IPAddress, network.Value.GlobalIPv6Address });
        return [.. published.Concat(own).Where(address => !string.IsNullOrEmpty(address)).Distinct()!];
    }

    private static string Host(string? ip) => ip is null ? "" : ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip;

    private static ImmutableSortedDictionary<string, string> Attributes(ContainerSummary container)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        attributes["image"] = container.Image ?? "";
        foreach (var port in (container.Ports ?? []).Where(port => port.PublicPort is not null))
        {
            attributes[$"port.{port.PrivatePort.ToString(CultureInfo.InvariantCulture)}/{port.Type}"] =
                port.PublicPort!.Value.ToString(CultureInfo.InvariantCulture);
        }
        return attributes.ToImmutable();
    }

    [GeneratedRegex(@"^Exited \((\d+)\)")]
    private static partial Regex ExitCode();
}
