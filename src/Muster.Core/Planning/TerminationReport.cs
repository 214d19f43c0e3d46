using System.Collections.Immutable;

namespace Muster.Core.Planning;

/// <summary>What becomes of instances that are to end: who ends in this check, and who is left and why.</summary>
internal sealed record TerminationReport
{
    /// <summary>Nobody is to end.</summary>
    public static TerminationReport Nothing { get; } = new();

    /// <summary>Who ends.</summary>
    public ImmutableArray<PlannedAction> Actions { get; init; } = [];

    /// <summary>How many of <see cref="Actions"/> the brakes count: one that drained was counted when it began.</summary>
    public int Spent => Actions.Count(
        action => action is not (PlannedAction.Terminate { IsDrained: true } or PlannedAction.Rest { IsDrained: true }));

    /// <summary>Those that were told to end before, and whose next order is not due.</summary>
    public ImmutableArray<Reluctance> Waiting { get; init; } = [];

    /// <summary>How many a brake or a suspension leaves.</summary>
    public int LeftOut { get; init; }

    /// <summary>How many are protected from deletion.</summary>
    public int Protected { get; init; }

    /// <summary>How many run beyond what their placement is to have, and stay until those that are to replace them run.</summary>
    public int Needed { get; init; }

    /// <summary>How many only one of two looks wants gone.</summary>
    public int SeenOnce { get; init; }

    /// <summary>Both, this one first.</summary>
    public TerminationReport And(TerminationReport next) =>
        ReferenceEquals(this, Nothing) ? next : ReferenceEquals(next, Nothing) ? this : new()
        {
            Actions = [.. Actions, .. next.Actions],
            Waiting = [.. Waiting, .. next.Waiting],
            LeftOut = LeftOut + next.LeftOut,
            Protected = Protected + next.Protected,
            Needed = Needed + next.Needed,
            SeenOnce = SeenOnce + next.SeenOnce,
        };
}
