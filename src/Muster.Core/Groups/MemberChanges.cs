using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;

namespace Muster.Core.Groups;

/// <summary>Makes changes of what is noted of single instances. Pure.</summary>
public static class MemberChanges
{
    /// <summary>No plan ends it from now on, or any may again.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="cloud">Its cloud.</param>
    /// <param name="instance">Which.</param>
    /// <param name="isProtected">Whether it is to be protected.</param>
    /// <param name="origin">Who, when and why.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <exception cref="InputException">The reason is none.</exception>
    public static MemberChange Protect(
        Group group, string cloud, Instance instance, bool isProtected, ChangeOrigin origin, ActivityId activity) => Told(
            group, instance, new(cloud, instance.Id) { IsProtected = isProtected }, origin, activity,
            isProtected ? "protected" : "no longer protected:");

    /// <summary>It is taken out of the count and left alone, or counts again.</summary>
    /// <inheritdoc cref="Protect"/>
    public static MemberChange Standby(
        Group group, string cloud, Instance instance, bool isStandby, ChangeOrigin origin, ActivityId activity) => Told(
            group, instance, new(cloud, instance.Id) { IsStandby = isStandby }, origin, activity,
            isStandby ? "put on standby:" : "returned from standby:");

    /// <summary>Another is to take its place, as with an unhealthy one.</summary>
    /// <inheritdoc cref="Protect"/>
    public static MemberChange Replace(Group group, string cloud, Instance instance, ChangeOrigin origin, ActivityId activity)
    {
        var change = new NoteChange(cloud, instance.Id)
        {
            Finding = new(Reports.Person, Verdict.Unhealthy, origin.At, Cut($"replaced on demand {origin}", Finding.DetailMax)),
        };
        return Told(group, instance, change, origin, activity, "to be replaced:");
    }

    /// <summary>It is not to end any more: what a person or the group wanted of it is taken back, and others go before it.</summary>
    /// <inheritdoc cref="Protect"/>
    public static MemberChange Keep(Group group, string cloud, Instance instance, ChangeOrigin origin, ActivityId activity) => Told(
        group, instance, new(cloud, instance.Id) { Silenced = Reports.Person, KeptAt = origin.At }, origin, activity, "kept:");

    /// <summary>It is to end.</summary>
    /// <inheritdoc cref="Protect"/>
    public static MemberChange Terminate(Group group, string cloud, Instance instance, ChangeOrigin origin, ActivityId activity)
    {
        var why = GroupRules.GivenReason(origin) is { } reason ? $": {reason}" : "";
        return Told(
            group, instance, new(cloud, instance.Id) { UnwantedFor = $"{origin.Author} wants it gone{why}" }, origin, activity,
            "to be terminated:");
    }

    /// <summary>Somebody answers for it at a gate: it may go on, is given up, or needs more time.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="cloud">Its cloud.</param>
    /// <param name="instance">Which.</param>
    /// <param name="gate">A hook's name, or that of the drain (<see cref="Gates.Drain"/>).</param>
    /// <param name="answer">What.</param>
    /// <param name="until">Until when, of one that needs more time; null for once more the gate's own time from now on.</param>
    /// <param name="origin">Who, when and why.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <exception cref="InputException">The reason is none.</exception>
    public static MemberChange Answer(
        Group group, string cloud, Instance instance, string gate, GateAnswer answer, DateTimeOffset? until, ChangeOrigin origin,
        ActivityId activity) => Told(
            group, instance, new(cloud, instance.Id) { Gate = new(gate, answer, origin.At, until) }, origin, activity,
            $"{(gate == Gates.Drain ? "drain" : $"hook {gate}")} told to {HookRules.Word(answer)}:");

    /// <summary>It is let go, alive: it counts no more, and its tags come off.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="cloud">Its cloud.</param>
    /// <param name="instance">Which.</param>
    /// <param name="isProtected">Whether somebody protects it here: that ends with it.</param>
    /// <param name="origin">Who, when and why.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <exception cref="InputException">The reason is none.</exception>
    public static MemberChange Detach(
        Group group, string cloud, Instance instance, bool isProtected, ChangeOrigin origin, ActivityId activity) => Told(
            group, instance, new(cloud, instance.Id) { DetachedFor = $"detached {origin}" }, origin, activity,
            $"{Detached(isProtected)}:");

    /// <summary>The word for it in the audit trail.</summary>
    public static string Detached(bool isProtected) => isProtected ? "detached, and no longer protected" : "detached";

    /// <summary>It is to be taken in: it counts once it carries the group's tags.</summary>
    /// <inheritdoc cref="Protect"/>
    public static MemberChange Attach(Group group, string cloud, Instance instance, ChangeOrigin origin, ActivityId activity) => Told(
        group, instance, new(cloud, instance.Id) { AttachingFor = $"attached {origin}" }, origin, activity, "attaching:");

    private static MemberChange Told(
        Group group, Instance instance, NoteChange change, ChangeOrigin origin, ActivityId activity, string what)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        GroupRules.Reason(origin.Reason, errors);
        InputException.ThrowIfAny(errors);
        return new(change with { SaidAt = origin.At }, new()
        {
            Id = activity,
            Account = group.Account,
            Group = group.Id,
            Type = ActivityType.Change,
            Status = ActivityStatus.Succeeded,
            Description = $"{what} {instance.Name} {origin}",
            Author = origin.Author,
            Instance = instance.Id,
            FirstAt = origin.At,
            LastAt = origin.At,
        });
    }

    private static string Cut(string text, int max) => text.Length <= max ? text : text[..max];
}
