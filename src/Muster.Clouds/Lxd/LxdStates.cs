using System.Collections.Immutable;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Clouds.Lxd.Wire;
using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Lxd;

/// <summary>What an LXD instance is to Muster.</summary>
internal static class LxdStates
{
    /// <summary>With it, LXD and Incus refuse to delete an instance. A profile may set it too.</summary>
    public const string ProtectionKey = "security.protection.delete";

    /// <summary>The status of an instance that is broken, or that LXD cannot make out.</summary>
    public const string Error = "Error";

    /// <summary>How long an instance may be there before it is started. After that, the process that made it counts as dead.</summary>
    public static readonly TimeSpan LaunchTimeout = TimeSpan.FromMinutes(12);

    private const string New = "new ";

    private static readonly StateTable States = new(
        new("Running", InstanceState.Running, "running"),
        new("Ready", InstanceState.Running, "running"),
        new("Thawed", InstanceState.Running, "running"),
        new("Starting", InstanceState.Provisioning, "starting"),
        new("Pending", InstanceState.Provisioning, "starting"),
        new(New + "Stopped", InstanceState.Provisioning, "created") { BootMax = LaunchTimeout, Stuck = "created and never started" },
        new(New + Error, InstanceState.Provisioning, "created") { BootMax = LaunchTimeout, Stuck = "error" },
        new("Stopped", InstanceState.Stopped, "stopped"),
        new("Stopping", InstanceState.Stopped, "stopping by hand"),
        new("Aborting", InstanceState.Stopped, "stopping by hand"),
        new("Freezing", InstanceState.Stopped, "frozen"),
        new("Frozen", InstanceState.Stopped, "frozen"),
        new(Error, InstanceState.Failed, "error"));

    /// <summary>Whether LXD knows that there is one of this name, and nothing else of it.</summary>
    public static bool IsBlank(LxdInstance instance) => instance.Status is Error && instance.Config is not { Count: > 0 };

    /// <summary>An instance of ours of which LXD tells nothing: it holds its place, and nothing is concluded.</summary>
    /// <param name="instance">As LXD lists it.</param>
    /// <param name="tags">Its tags as they were when it could be seen.</param>
    /// <param name="product">Who lists it.</param>
    public static Instance Blank(LxdInstance instance, ImmutableSortedDictionary<string, string> tags, string product) => new()
    {
        Id = new InstanceId(instance.Name),
        Name = instance.Name,
        State = InstanceState.Unknown,
        StateDetail =
            $"{product} tells nothing of it but that it is there (status Error): is the member of the cluster that it is on offline?",
        CreatedAt = DateTimeOffset.UnixEpoch,
        Tags = tags,
        Zone = Member(instance),
        Attributes = Attributes(instance),
    };

    /// <summary>What is wanted of an instance that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(Id: "name", Name: "name", Tags: "config", ReadTags: config => LxdTags.Read(config!));

    /// <summary>What is wrong with an instance that could be read; null when nothing is.</summary>
    public static string? Flaw(LxdInstance instance) =>
        string.IsNullOrEmpty(instance.Name) ? "name is missing" : instance.Status is null ? "status is missing" : null;

    /// <summary>Whether it cannot be deleted, and so must not be stopped either.</summary>
    public static bool IsProtected(LxdInstance instance) =>
        // What LXD takes for true (shared.IsTrue). Its own configuration is part of the expanded one, which Incus and LXD both tell.
        (instance.ExpandedConfig?.GetValueOrDefault(ProtectionKey) ?? instance.Config?.GetValueOrDefault(ProtectionKey))?.ToLowerInvariant()
            is "true" or "1" or "yes" or "on";

    /// <summary>Whether it was ever started; LXD writes the beginning of its time where it was not.</summary>
    public static bool WasStarted(LxdInstance instance) => instance.LastUsedAt > DateTimeOffset.UnixEpoch;

    /// <summary>The instance.</summary>
    /// <param name="instance">As LXD lists it.</param>
    /// <param name="now">The time.</param>
    /// <param name="isEnding">Whether this process is ending it.</param>
    /// <param name="addresses">Its addresses, as far as they are known.</param>
    public static Instance Instance(LxdInstance instance, DateTimeOffset now, bool isEnding, ImmutableArray<string> addresses)
    {
        var config = instance.Config ?? [];
        var (state, detail) = isEnding ? (InstanceState.Terminating, "stopping") : States.Of(Word(instance), now - instance.CreatedAt);
        return new Instance
        {
            Id = new InstanceId(instance.Name),
            Name = config.GetValueOrDefault(LxdTags.NameKey) ?? instance.Name,
            State = state,
            StateDetail = detail,
            IsHalfMade = state is InstanceState.Provisioning && IsNew(instance),
            // Nothing freezes itself; of a stop LXD does not say whose doing it was.
            StoppedOnOrder = state is InstanceState.Stopped && instance.Status is "Frozen" or "Freezing" ? true : null,
            IsProtected = IsProtected(instance),
            CreatedAt = instance.CreatedAt,
            Tags = LxdTags.Read(config),
            Zone = Member(instance),
            Addresses = addresses,
            Attributes = Attributes(instance),
        };
    }

    /// <summary>The addresses in its state that others can reach.</summary>
    public static ImmutableArray<string> Addresses(LxdInstance instance) =>
    [
        .. (instance.State?.Network ?? [])
            .OrderBy(network => network.Key, StringComparer.Ordinal)
            .SelectMany(network => network.Value?.Addresses ?? [])
            .Where(address => address?.Scope == "global")
            .Select(address => address!.Address)
            .OfType<string>(),
    ];

    /// <summary>LXD's word, told apart where nobody has started the instance yet.</summary>
    private static string? Word(LxdInstance instance) => IsNew(instance) ? $"{New}{instance.Status}" : instance.Status;

    private static bool IsNew(LxdInstance instance) => instance.Status is "Stopped" or Error && !WasStarted(instance);

    private static ImmutableSortedDictionary<string, string> Attributes(LxdInstance instance)
    {
        var attributes = ImmutableSortedDictionary<string, string>.Empty.Add("type", instance.Type ?? "container");
        return Member(instance) is { } member ? attributes.Add("location", member) : attributes;
    }

    /// <summary>The member of the cluster that it is on; null where there is no cluster.</summary>
    private static string? Member(LxdInstance instance) => instance.Location is { Length: > 0 } member and not "none" ? member : null;
}
