using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Prices;
using Muster.Core.Reconciling.Edges;
using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Server.Tasks;

/// <summary>Goes by the store's clock, and by what the engine itself can do.</summary>
/// <param name="templates">What groups may have been made from.</param>
/// <param name="timeProvider">The store's clock.</param>
/// <param name="capacityMax">Most instances of one group.</param>
/// <param name="prices">What instances cost.</param>
internal sealed class TaskReferee(ITemplateStore templates, TimeProvider timeProvider, int capacityMax, IPrices prices) : ITaskReferee
{
    /// <inheritdoc/>
    public DateTimeOffset Now(DateTimeOffset told) => timeProvider.GetUtcNow();

    /// <inheritdoc/>
    public async Task<CheckRecord?> EnsureAsync(GroupRecord known, CheckRecord told, bool isLeased, CancellationToken cancellationToken)
    {
        // A check that began before the group got another template still goes by the one before. What is known of a launch already
        // includes its template, and that must stay.
        HashSet<TemplateId> allowed = [known.Template.Id, .. known.PlacementTemplates.Select(template => template.Id)];
        var clouds = known.Clouds;
        var open = known.OpenLaunches.Select(launch => launch.Id).ToHashSet();
        foreach (var other in told.Launches.Where(launch => !open.Contains(launch.Id))
            .Select(launch => launch.Template)
            .Distinct()
            .Where(id => !allowed.Contains(id))
            .Take(CheckBounds.BucketsMax)
            .ToList())
        {
            if (await templates.FindTemplateAsync(other, cancellationToken) is { } template
                && template.Account == known.Group.Account && clouds.Contains(template.Cloud))
            {
                allowed.Add(other);
            }
        }

        var now = timeProvider.GetUtcNow();
        var verdict = CheckEdge.Check(known, told, isLeased, now, allowed, capacityMax);
        if (!verdict.Impossible.IsEmpty)
        {
            throw new InputException(verdict.All);
        }

        // Under a lease that lasts nobody else can have written: this one ran out, or it never was a check.
        if (!verdict.Stale.IsEmpty && isLeased)
        {
            throw new ProblemException(
                ProblemKinds.LeaseLost, $"this does not follow from what is known of the group by now: {string.Join("; ", verdict.Stale)}");
        }

        return verdict.Stale.IsEmpty ? CheckEdge.ToWrite(known, told, now, prices.Current) : null;
    }

    /// <inheritdoc/>
    public decimal SpendMax(GroupRecord known) =>
        CheckBounds.SpendOf(known, known.State.Counts, more: capacityMax, prices.Current);

    /// <inheritdoc/>
    public CheckRun Ensured(CheckRun run)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var now = timeProvider.GetUtcNow();
        Require(CheckBounds.IsRecent(run.StartedAt, now), "started_at", run.StartedAt, "a moment of the last day, by the store's clock");
        Require(run.DueAt is not { } due || due <= now + CheckBounds.AgeMax, "due_at", run.DueAt, "no later than a day from now");
        Require(run.Duration <= CheckBounds.AgeMax, "duration", run.Duration, $"at most {CheckBounds.AgeMax.TotalHours} hours");
        InputException.ThrowIfAny(errors);

        // How late checks start is a figure of the whole server.
        return run.DueAt < now - CheckBounds.AgeMax ? run with { DueAt = null } : run;

        void Require(bool isRight, string field, object? value, string allowed)
        {
            if (!isRight)
            {
                errors.Add(new(field, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture), allowed));
            }
        }
    }
}
