using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Docker;

/// <summary>What a container is as an instance.</summary>
internal static partial class ContainerStates
{
    /// <summary>Keeps the name of an instance that Docker does not take as a name.</summary>
    public const string NameLabel = "muster.name";

    /// <summary>How long a start may take, a pull included. After that, the process that made the container counts as dead.</summary>
    public static readonly TimeSpan LaunchTimeout = TimeSpan.FromMinutes(12);

    /// <summary>How long what was started may take to settle.</summary>
    public static readonly TimeSpan BootGrace = TimeSpan.FromSeconds(10);

    private static readonly StateTable States = new(
        new("created", InstanceState.Provisioning) { BootMax = LaunchTimeout, Stuck = "created and never started" },
        // Under a restart policy, which somebody gave it by hand, what ends is started over and over and never settles.
        new("restarting", InstanceState.Provisioning, $"restarting: {StateRow.Told}")
        {
            BootMax = BootGrace, Stuck = $"in a crash loop: {StateRow.Told}, and is restarted",
        },
        new("running", InstanceState.Running),
        new("paused", InstanceState.Stopped),
        new("removing", InstanceState.Terminating),
        new("exited", InstanceState.Failed, StateRow.Told),
        new("dead", InstanceState.Failed, "dead: could not be removed"));

    // Above this, a shell's way of telling that a signal ended a process.
    private const int SignalBase = 128;

    /// <summary>With the value <c>true</c>, Muster leaves the container alone. An image's labels are its containers' too.</summary>
    public const string ProtectedLabel = "muster.protected";

    /// <summary>What is wanted of a container that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(Id: "Id", Name: "Names", Tags: "Labels", ReadTags: labels => labels);

    /// <summary>What is wrong with a container that could be read; null when nothing is.</summary>
    public static string? Flaw(ContainerSummary container) =>
        string.IsNullOrEmpty(container.Id) ? "Id is missing"
        : container.State is null ? "State is missing"
        : container.Created < 0 || container.Created > DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? "Created is no time"
        : null;

    /// <summary>Whether it is to be left alone.</summary>
    public static bool IsProtected(ContainerSummary container) =>
        container.Labels?.TryGetValue(ProtectedLabel, out var value) is true && value is "true" or "1";

    /// <summary>The instance.</summary>
    /// <param name="container">As the daemon lists it.</param>
    /// <param name="now">The time.</param>
    /// <param name="isEnding">Whether this process is ending it.</param>
    public static Instance Instance(ContainerSummary container, DateTimeOffset now, bool isEnding)
    {
        var createdAt = DateTimeOffset.FromUnixTimeSeconds(container.Created);
        var tags = (container.Labels ?? new Dictionary<string, string?>())
            .ToImmutableSortedDictionary(label => label.Key, label => label.Value ?? "", StringComparer.Ordinal);
        var (state, detail) = isEnding
            ? (InstanceState.Terminating, "stopping")
            : States.Of(container.State, now - createdAt, Exit(container.Status));
        return new Instance
        {
            Id = new InstanceId(container.Id),
            Name = tags.GetValueOrDefault(NameLabel) ?? NameOf(container),
            State = state,
            StateDetail = detail,
            IsHalfMade = state is InstanceState.Provisioning && container.State is "created",
            // Nothing pauses itself; of an end the engine does not say whose doing it was.
            StoppedOnOrder = state is InstanceState.Stopped && container.State is "paused" ? true : null,
            IsProtected = IsProtected(container),
            CreatedAt = createdAt,
            Tags = tags,
            Addresses = Addresses(container),
            Attributes = Attributes(container),
        };
    }

    private static string NameOf(ContainerSummary container) => container.Names is [{ } name, ..] ? name.TrimStart('/') : container.Id;

    /// <summary>
    /// How it ended, from <c>Exited (137) 3 seconds ago</c> or <c>Restarting (1) ...</c>, whose end changes all the time.
    /// </summary>
    private static string Exit(string? status)
    {
        if (status is null || ExitCode().Match(status) is not { Success: true } match)
        {
            return "exited";
        }

        if (!int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return "exited";
        }

        return code > SignalBase ? $"killed by signal {code - SignalBase}" : $"exited with code {code}";
    }

    /// <summary>Published ports first: they can be reached from elsewhere.</summary>
    private static ImmutableArray<string> Addresses(ContainerSummary container)
    {
        var published = (container.Ports ?? [])
            .Where(port => port?.PublicPort is not null)
            .Select(port => string.Create(CultureInfo.InvariantCulture, $"{Host(port!.IP)}:{port.PublicPort}"));
        var own = (container.NetworkSettings?.Networks ?? new Dictionary<string, NetworkEnd?>())
            .OrderBy(network => network.Key, StringComparer.Ordinal)
            .SelectMany(network => new[] { network.Value?.IPAddress, network.Value?.GlobalIPv6Address });
        return [.. published.Concat(own).Where(address => !string.IsNullOrEmpty(address)).Distinct()!];
    }

    private static string Host(string? ip) => ip is null ? "" : ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip;

    private static ImmutableSortedDictionary<string, string> Attributes(ContainerSummary container)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        attributes["image"] = container.Image ?? "";
        foreach (var port in (container.Ports ?? []).Where(port => port?.PublicPort is not null))
        {
            attributes[$"port.{port!.PrivatePort.ToString(CultureInfo.InvariantCulture)}/{port.Type}"] =
                port.PublicPort!.Value.ToString(CultureInfo.InvariantCulture);
        }

        return attributes.ToImmutable();
    }

    [GeneratedRegex(@"^(?:Exited|Restarting) \((\d+)\)")]
    private static partial Regex ExitCode();
}
