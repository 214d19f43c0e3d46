using System.Globalization;
using System.Text;

using Muster.Core;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Server.Telling;

/// <summary>That an instance waits for a hook: what its owner is told. The same again has the same id.</summary>
public sealed record HookCall
{
    /// <summary>Of one instance and one hook, and at termination of one end: who hears it twice can tell.</summary>
    public required string Id { get; init; }

    /// <summary>The group.</summary>
    public required GroupId Group { get; init; }

    /// <summary>Its name.</summary>
    public required string GroupName { get; init; }

    /// <summary>The configured name of the instance's cloud.</summary>
    public required string Cloud { get; init; }

    /// <summary>The instance.</summary>
    public required Instance Instance { get; init; }

    /// <summary>The hook; it tells somebody.</summary>
    public required Hook Hook { get; init; }

    /// <summary>Since when it holds the instance.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When its silence counts as an answer.</summary>
    public required DateTimeOffset DeadlineAt { get; init; }

    /// <summary>Who is told: a URL, or a command.</summary>
    public string Whom => Hook.Tell!;

    /// <param name="record">The instance's group.</param>
    /// <param name="cloud">Its cloud.</param>
    /// <param name="held">The instance that waits for a hook that tells somebody.</param>
    public static HookCall Of(GroupRecord record, string cloud, HeldInstance held)
    {
        var (instance, hook, gate) = (held.Instance, held.Hook, held.Gate);

        // It is launched once, and whoever looks first need not be who writes it down. It may be to end more than once.
        var which = hook.At is HookMoment.Launch ? "launch" : gate.Since.UtcTicks.ToString(CultureInfo.InvariantCulture);
        var id = StableId.From(Encoding.UTF8.GetBytes($"{record.Group.Id}\n{cloud}\n{instance.Id}\n{hook.Name}\n{which}"));
        return new()
        {
            Id = $"hook_{id:N}",
            Group = record.Group.Id,
            GroupName = record.Group.Name,
            Cloud = cloud,
            Instance = instance,
            Hook = hook,
            Since = gate.Since,
            DeadlineAt = gate.DueAt,
        };
    }
}
