using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Groups;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="Group"/>: a row of <c>groups</c>. What only groups with placements, later revisions, a health check,
/// a drain, hooks, traffic or a warm pool have, and what a person said with its level, is left out of others, so that those are as ever; no
/// revision is the first.
/// </summary>
public sealed record GroupForm(
    GroupId Id,
    AccountId AccountId,
    string Name,
    TemplateId TemplateId,
    int CapacityDesired,
    int CapacityMin,
    int CapacityMax,
    long IntervalUs,
    ScaleInOrder ScaleIn,
    BrakesForm Brakes,
    int Suspended,
    GroupPhase Phase,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ArchivedAt,
    DateTimeOffset? ScaledAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LayoutForm? Layout = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Revision = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EvacuationForm[]? Evacuations = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? HeldUntil = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ScaledBy = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ScaledFor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HealthForm? Health = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RepairForm? Repair = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrainForm? Drain = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HookForm[]? Hooks = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TrafficForm[]? Traffic = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? LifetimeMaxUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PoolForm? Pool = null) : IForm<GroupForm, Group>
{
    /// <inheritdoc/>
    public static GroupForm Of(Group value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Id,
            value.Account,
            value.Name,
            value.Template,
            value.Capacity.Desired,
            value.Capacity.Min,
            value.Capacity.Max,
            Microseconds.From(value.Interval),
            value.ScaleIn,
            BrakesForm.Of(value.Brakes),
            (int)value.Suspended,
            value.Phase,
            value.Version,
            value.CreatedAt,
            value.UpdatedAt,
            value.ArchivedAt,
            value.ScaledAt,
            LayoutForm.Of(value.Layout),
            RevisionOf(value),
            EvacuationForm.Of(value.Evacuations),
            value.HeldUntil,
            value.ScaledBy,
            value.ScaledFor,
            HealthForm.Of(value.Health),
            RepairForm.Of(value.Repair),
            DrainForm.Of(value.Drain),
            HookForm.Of(value.Hooks),
            TrafficForm.Of(value.Traffic),
            Microseconds.From(value.LifetimeMax),
            PoolForm.Of(value.Pool));
    }

    /// <inheritdoc/>
    public Group ToValue() => new()
    {
        Id = Id,
        Account = AccountId,
        Name = Name,
        Template = TemplateId,
        Capacity = new() { Desired = CapacityDesired, Min = CapacityMin, Max = CapacityMax },
        Interval = Microseconds.ToSpan(IntervalUs),
        ScaleIn = ScaleIn,
        Brakes = Brakes.ToValue(),
        Suspended = (Suspension)Suspended,
        Phase = Phase,
        Version = Version,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        ArchivedAt = ArchivedAt,
        ScaledAt = ScaledAt,
        Layout = LayoutForm.ToValue(Layout),
        Revision = Revision ?? 1,
        Evacuations = EvacuationForm.ToValue(Evacuations),
        HeldUntil = HeldUntil,
        ScaledBy = ScaledBy,
        ScaledFor = ScaledFor,
        Health = HealthForm.ToValue(Health),
        Repair = RepairForm.ToValue(Repair),
        Drain = DrainForm.ToValue(Drain),
        Hooks = HookForm.ToValue(Hooks),
        Traffic = TrafficForm.ToValue(Traffic),
        LifetimeMax = Microseconds.ToSpan(LifetimeMaxUs),
        Pool = PoolForm.ToValue(Pool),
    };

    /// <summary>The number of a group's revision; null for the first.</summary>
    public static int? RevisionOf(Group group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return group.Revision == 1 ? null : group.Revision;
    }
}
