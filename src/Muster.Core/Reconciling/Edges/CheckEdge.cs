using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Core.Launches;
using Muster.Core.Planning;
using Muster.Core.Prices;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling.Edges;

/// <summary>
/// One step of a check as somebody tells it, seen from what the store knows of the group: an edge between two states. Pure. Says everything
/// that no check could have done.
/// </summary>
/// <remarks>
/// The engine makes only such edges, which the simulator holds it to; who tells another one is no check, or one gone wrong.
/// See docs/decisions/0116-a-task-s-word-is-an-edge.md.
/// </remarks>
public sealed class CheckEdge
{
    private readonly ImmutableArray<InputError>.Builder _impossible = ImmutableArray.CreateBuilder<InputError>();
    private readonly ImmutableArray<InputError>.Builder _stale = ImmutableArray.CreateBuilder<InputError>();

    private CheckEdge(
        GroupRecord known, CheckRecord told, bool isLeased, DateTimeOffset now, IReadOnlySet<TemplateId> templates, int capacityMax)
    {
        (Known, Told, IsLeased, Now, Templates, CapacityMax) = (known, told, isLeased, now, templates, capacityMax);
        var open = known.OpenLaunches.Select(launch => launch.Id).ToHashSet();
        GoneOn = [.. told.Launches.Where(launch => open.Contains(launch.Id))];
        Failures = GoneOn.Count(launch => launch.Failure is not null);
        HasSettled = GoneOn.Any(launch => launch.Phase is LaunchPhase.Settled);
    }

    /// <summary>What the store has.</summary>
    internal GroupRecord Known { get; }

    /// <summary>What is to be written.</summary>
    internal CheckRecord Told { get; }

    /// <summary>Whether it is told under the group's lease: only then may anything have been called.</summary>
    internal bool IsLeased { get; }

    /// <summary>What the store's clock says.</summary>
    internal DateTimeOffset Now { get; }

    /// <summary>What launches may be made from.</summary>
    internal IReadOnlySet<TemplateId> Templates { get; }

    /// <summary>Most instances of one group.</summary>
    internal int CapacityMax { get; }

    /// <summary>
    /// What it tells of launches that the store knows as open. They alone move the brakes: one that is over says nothing new, and one that
    /// the store never heard of made nothing.
    /// </summary>
    internal ImmutableArray<Launch> GoneOn { get; }

    /// <summary>Launches of which it tells a failure: no more can have counted for the breaker.</summary>
    internal int Failures { get; }

    /// <summary>Whether it tells of a launch that came good, which alone closes the breaker.</summary>
    internal bool HasSettled { get; }

    /// <summary>Judges a step: everything in it that no check can have done.</summary>
    /// <param name="known">The group as the store has it.</param>
    /// <param name="told">What is to be written, with all its members.</param>
    /// <param name="isLeased">Whether it is told under the group's lease.</param>
    /// <param name="now">What the store's clock says.</param>
    /// <param name="templates">
    /// What launches may be made from: the group's template, and earlier ones that a long check may still go by.
    /// </param>
    /// <param name="capacityMax">Most instances of one group in this installation.</param>
    public static EdgeVerdict Check(
        GroupRecord known, CheckRecord told, bool isLeased, DateTimeOffset now, IReadOnlySet<TemplateId> templates, int capacityMax)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(told);
        ArgumentNullException.ThrowIfNull(templates);
        var edge = new CheckEdge(known, told, isLeased, now, templates, capacityMax);
        StateEdge.Check(edge);
        LaunchEdge.Check(edge);
        ActivityEdge.Check(edge);
        edge.CheckArchive();
        return new(edge._impossible.ToImmutable(), edge._stale.ToImmutable());
    }

    /// <summary>What of a step that was found good is to be written.</summary>
    /// <param name="known">The group as the store has it.</param>
    /// <param name="told">The step.</param>
    /// <param name="now">What the store's clock says.</param>
    /// <param name="prices">What instances cost now.</param>
    /// <returns>
    /// Without launches that are over and that the store does not know as open: it has them as they ended, or their intent never reached
    /// it. And made no later than now: a clock that is ahead must not end a lease that lasts (<see cref="IdleRule"/>). And with no more
    /// spent than what it counted can cost: a check that goes by earlier prices is not refused for it.
    /// </returns>
    public static CheckRecord ToWrite(GroupRecord known, CheckRecord told, DateTimeOffset now, PriceBook prices)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(told);
        var state = told.State.CheckedAt > now ? told.State with { CheckedAt = now } : told.State;
        var open = known.OpenLaunches.Select(launch => launch.Id).ToHashSet();
        var spendMax = CheckBounds.SpendOf(known, state.Counts, more: 0, prices);
        return told with
        {
            State = state.SpendPerHour > spendMax ? state with { SpendPerHour = spendMax } : state,
            Launches = told.Launches.RemoveAll(launch => !launch.IsOpen && !open.Contains(launch.Id)),
        };
    }

    /// <summary>Notes what no check can say.</summary>
    internal void Require(bool isRight, string field, object? value, string allowed) => Note(_impossible, isRight, field, value, allowed);

    /// <inheritdoc cref="Require(bool, string, object?, string)"/>
    internal void Require(
        bool isRight, string field, object? value, [InterpolatedStringHandlerArgument(nameof(isRight))] BrokenRule allowed) =>
        Note(_impossible, isRight, field, value, allowed.ToStringAndClear());

    /// <summary>Notes what does not follow from what the store knows.</summary>
    internal void RequireFrom(bool isRight, string field, object? value, string allowed) => Note(_stale, isRight, field, value, allowed);

    /// <inheritdoc cref="RequireFrom(bool, string, object?, string)"/>
    internal void RequireFrom(
        bool isRight, string field, object? value, [InterpolatedStringHandlerArgument(nameof(isRight))] BrokenRule allowed) =>
        Note(_stale, isRight, field, value, allowed.ToStringAndClear());

    private static void Note(ImmutableArray<InputError>.Builder errors, bool isRight, string field, object? value, string allowed)
    {
        if (!isRight)
        {
            var text = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
            errors.Add(new(field, text is { Length: > 60 } ? $"{text.Length} characters" : text, allowed));
        }
    }

    // Of a group that its owner took back meanwhile, the store passes the end over; so does this.
    private void CheckArchive()
    {
        if (Told.ArchivedAt is not { } at || Known.Group.Phase is not Groups.GroupPhase.Draining)
        {
            return;
        }

        Require(CheckBounds.IsRecent(at, Now), "record.archived_at", at, "a moment of this check");
        var closed = Told.Launches.Where(launch => !launch.IsOpen).Select(launch => launch.Id).ToHashSet();
        RequireFrom(
            !Told.State.Counts.Any
                && Told.State.RecentTerminations.IsEmpty
                && Told.Launches.All(launch => !launch.IsOpen)
                && Known.OpenLaunches.All(launch => closed.Contains(launch.Id)),
            "record.archived_at", at, "left out while an instance, a termination or a launch is left");
    }
}
