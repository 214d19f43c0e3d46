using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>Plans the replacing of instances that run and do not work, within the group's budget for it. Pure.</summary>
/// <remarks>
/// A sick instance keeps its place until the budget lets it go: launching first, when another is in service beyond the level; ending
/// first, when no more than <see cref="Repair.UnavailableMax"/> are missing without it.
/// </remarks>
/// <param name="Extra">How many may live beyond the level meanwhile.</param>
/// <param name="Ends">How many sick ones may end now.</param>
/// <param name="Holds">What is left undone.</param>
internal sealed record Repairing(int Extra, int Ends, StepReport Holds)
{
    private static readonly Repairing Nothing = new(0, 0, StepReport.Nothing);

    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="spending">What the group's budget for it still allows.</param>
    public static Repairing Of(PlanInput input, Slice slice, Inventory inventory, Spending spending)
    {
        var sick = inventory.Sick.Count;
        if (sick == 0 || slice.Wanted == 0)
        {
            return Nothing;
        }

        var repair = input.Group.Repair;
        switch (repair.Mode)
        {
            case RepairMode.Off:
                return Nothing;
            case RepairMode.Tell:
                return Held($"{Count(sick)} unhealthy: told, and not replaced");
            default:
                break;
        }

        if (input.Group.Suspended.HasFlag(Suspension.Replace))
        {
            return Held($"replacing is suspended: {Count(sick)} unhealthy stay as they are");
        }

        if (repair.WhenMost is MassVerdict.Hold && Ailing.Standing(input) is { IsMost: true } most)
        {
            return Held($"{Count(most.Sick)} of {Count(most.Running)} are unhealthy at once: none is replaced while most are");
        }

        var mortal = inventory.Sick.Count(instance => !inventory.IsProtected(instance));
        var launchesFirst = repair.Surge.Value > 0 && (repair.Order is ReplaceOrder.LaunchFirst || repair.UnavailableMax.Value == 0);
        var floor = launchesFirst ? slice.Wanted : slice.Wanted - Math.Max(0, spending.Unavailable);
        return new(
            launchesFirst ? Math.Min(mortal, Math.Max(0, spending.Surge)) : 0,
            Math.Clamp(inventory.Running.Count - floor, 0, mortal),
            mortal == sick ? StepReport.Nothing : StepReport.Held(null, $"{Count(sick - mortal)} unhealthy and protected: they stay"));

        static Repairing Held(string reason) => new(0, 0, StepReport.Held(null, reason));
    }

    /// <summary>The sick ones that end, those first that have been so for longest.</summary>
    public TerminationReport Plan(PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory, int allowed) => Ends == 0
        ? TerminationReport.Nothing
        : TerminationStep.Take(
            input,
            slice,
            memory,
            allowed,
            inventory.Sick.Where(instance => !inventory.IsProtected(instance))
                .OrderByDescending(instance => memory.WasAsked(instance.Id))
                .ThenBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id)
                .Take(Ends),
            Ends,
            instance => $"{inventory.WhySick(instance, input.Now)}: an unhealthy instance is replaced");

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
