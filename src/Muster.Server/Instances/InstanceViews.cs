using System.Diagnostics;

using Muster.Api.Instances;
using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Server.Instances;

/// <summary>Instances as they go over the wire.</summary>
internal static class InstanceViews
{
    /// <param name="record">The instance's group.</param>
    /// <param name="cloud">Where it was listed.</param>
    /// <param name="standing">The instance as it was listed, and how it stands.</param>
    /// <param name="now">When it is shown.</param>
    /// <param name="load">How busy it is; null where nobody says.</param>
    public static InstanceView View(GroupRecord record, string cloud, InstanceStanding standing, DateTimeOffset now, double? load = null)
    {
        var instance = standing.Instance;
        return new()
        {
            Id = instance.Id.Value,
            Name = instance.Name,
            State = instance.IsLeaving(now) ? "leaving" : Word(instance.State),
            Phase = Word(standing.Phase),
            Health = Reports.Word(standing.Health),
            Findings =
            [
                new()
                {
                    Source = Reports.Cloud,
                    Verdict = Reports.Word(Judge.Of(instance.State)),
                    Detail = instance.StateDetail,
                },
                .. standing.Findings.Select(finding => View(finding, now)),
            ],
            Protected = standing.IsProtected,
            Standby = standing.IsStandby,
            Gates = standing.Gates.All.IsDefaultOrEmpty ? null : [.. standing.Gates.All.Select(View)],
            GroupId = record.Group.Id.Value,
            Group = record.Group.Name,
            Cloud = cloud,
            LeavingAt = instance.LeavingAt,
            StateDetail = standing.Detail,
            TemplateId = instance.Read<TemplateId>(MusterTags.Template)?.Value,
            Placement = record.Group.Layout is null
                ? null
                : PlacementChoice.For(record.Placements, cloud, instance)?.Name ?? Placement.EarlierOn(cloud),
            Zone = PlacementChoice.ZoneOf(instance),
            CreatedAt = instance.CreatedAt,
            Load = load,
            LifetimeEndsAt = record.Group.LifetimeMax is { } most ? Lifetime.EndsAt(instance, most, now) : null,
            Addresses = instance.Addresses,
            Attributes = instance.Attributes,
            Tags = instance.Tags,
        };
    }

    /// <summary>What a source says, as it holds now.</summary>
    public static FindingView View(Finding finding, DateTimeOffset now)
    {
        var isSilent = finding.ExpiresAt <= now;
        return new()
        {
            Source = finding.Source,
            Verdict = Reports.Word(finding.At(now)),
            Since = isSilent ? finding.ExpiresAt : finding.Since,
            Detail = isSilent ? "nothing new in time" : finding.Detail,
            Load = isSilent ? null : finding.Load,
            ExpiresAt = finding.ExpiresAt,
        };
    }

    /// <summary>A gate as it stands.</summary>
    private static GateView View(Gate gate) => new()
    {
        Name = gate.Name,
        State = gate.State switch
        {
            GateState.Waiting => "waiting",
            GateState.Passed => HookRules.Word(GateAnswer.Continue),
            GateState.Abandoned => HookRules.Word(GateAnswer.Abandon),
            _ => throw new UnreachableException($"gate {gate.State}"),
        },
        Since = gate.Since,
        DeadlineAt = gate.DueAt,
        Silent = gate.IsSilent,
    };

    public static string Word(InstanceState state) => state switch
    {
        InstanceState.Provisioning => "provisioning",
        InstanceState.Running => "running",
        InstanceState.Stopped => "stopped",
        InstanceState.Failed => "failed",
        InstanceState.Terminating => "terminating",
        InstanceState.Unknown => "unknown",
        InstanceState.Warm => "warm",
        _ => throw new UnreachableException($"state {state}"),
    };

    public static string Word(InstancePhase phase) => phase switch
    {
        InstancePhase.Launching => "launching",
        InstancePhase.Booting => "booting",
        InstancePhase.InService => "in-service",
        InstancePhase.OutOfService => "out-of-service",
        InstancePhase.Standby => "standby",
        InstancePhase.Attaching => "attaching",
        InstancePhase.Detaching => "detaching",
        InstancePhase.Warming => "warming",
        InstancePhase.Warm => "warm",
        InstancePhase.Draining => "draining",
        InstancePhase.Terminating => "terminating",
        InstancePhase.Dead => "dead",
        InstancePhase.Unknown => "unknown",
        _ => throw new UnreachableException($"phase {phase}"),
    };
}
