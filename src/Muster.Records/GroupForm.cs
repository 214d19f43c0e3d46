using Muster.Core;
using Muster.Core.Groups;

namespace Muster.Records;

/// <summary>The form of a <see cref="Group"/>: a row of <c>groups</c>.</summary>
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
    DateTimeOffset? ScaledAt) : IForm<GroupForm, Group>
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
            value.ScaledAt);
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
    };
}
