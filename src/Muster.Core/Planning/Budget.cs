using System.Globalization;

using Muster.Core.Instances;
using Muster.Core.Prices;

namespace Muster.Core.Planning;

/// <summary>What launches may still cost an hour, by the limits of the group and of its account. Pure.</summary>
/// <param name="Left">How much; nothing where what is there costs more already.</param>
/// <param name="Why">Why no more, in words; null where nobody limits it.</param>
/// <param name="IsShut">Whether nothing may be launched at all, a free instance neither.</param>
/// <param name="RecheckAt">When more may be launched by itself; null for never.</param>
internal readonly record struct Budget(decimal Left, string? Why, bool IsShut = false, DateTimeOffset? RecheckAt = null)
{
    /// <summary>Nobody limits it.</summary>
    public static Budget Unlimited { get; } = new(decimal.MaxValue, null);

    /// <summary>Whether somebody limits it.</summary>
    public bool IsLimited => Why is not null;

    /// <summary>Whether somebody limits what a group costs.</summary>
    public static bool Limits(PlanInput input) => input.Group.Brakes.SpendPerHourMax is not null || input.Account is not null;

    /// <summary>The budget of a group that holds so much.</summary>
    /// <param name="input">The limits.</param>
    /// <param name="held">Each part with what it holds.</param>
    public static Budget Of(PlanInput input, IReadOnlyList<(Slice Slice, int Held)> held)
    {
        if (!Limits(input))
        {
            return Unlimited;
        }

        var unpriced = held.Where(part => part is { Held: > 0, Slice.Price: null }).ToList();
        if (unpriced.Count > 0)
        {
            var places = unpriced.Select(part => Text($"{part.Held} in {part.Slice.Placement.Name}"));
            return new(0, $"spend_per_hour_max cannot be kept: no price is known for {string.Join(", ", places)}", IsShut: true);
        }

        // Nothing that is there has no price, so where anything is, the currency is known.
        var (cost, currency) = (held.Sum(part => part.Held * (part.Slice.Price ?? 0)), input.Currency ?? "");
        var own = input.Group.Brakes.SpendPerHourMax is { } max
            ? new Budget(
                max - cost,
                $"the group would pass its spend_per_hour_max of {Money.AnHour(max, currency)}, and costs {Money.Text(cost)}")
            : Unlimited;
        var shared = input.Account is { } account
            ? new Budget(
                account.Max - account.Others - cost,
                $"the account would pass its spend_per_hour_max of {Money.AnHour(account.Max, currency)}, and costs "
                + Money.Text(account.Others + cost))
            : Unlimited;
        var tighter = shared.Left < own.Left ? shared : own;
        if (input.SetAside is { } aside && aside - cost < tighter.Left)
        {
            // There is room for more, and the check has not asked for it: the next one does.
            tighter = new(
                aside - cost, $"the check has set aside {Money.AnHour(aside, currency)} for the group", IsShut: false, input.Now);
        }

        return tighter with { Left = Math.Max(0, tighter.Left) };
    }

    /// <summary>How many there are that cost, or may: what drains or was given up costs until it is gone.</summary>
    public static int HeldOf(SlicePlan part) => CostingOf(part.Counts) + part.Lingering;

    /// <summary>The same without those that were given up, which counts do not tell apart from others that are dead.</summary>
    public static int CostingOf(InstanceCounts counts) =>
        counts.Live + counts.Unknown + counts.Pending + counts.Draining + counts.Warm + counts.Warming;

    /// <summary>What a plan's group costs with what it launches; what has no price left out.</summary>
    public static decimal CostOf(Plan plan, bool withLaunches)
    {
        var cost = 0m;
        foreach (var part in plan.Slices)
        {
            cost += (HeldOf(part) + (withLaunches ? part.Launches : 0)) * (part.Slice.Price ?? 0);
        }

        return cost;
    }

    /// <summary>
    /// What of a group counts against its account: never more than a limit may be, so that the sum of all groups can be kept. While it
    /// holds something without a price, no less than what was known before: a price that is gone gives nothing back.
    /// </summary>
    /// <param name="plan">What the group holds.</param>
    /// <param name="known">What counted before.</param>
    public static decimal CountedOf(Plan plan, decimal known)
    {
        var cost = Bounded(CostOf(plan, withLaunches: false));
        return plan.Slices.Any(part => part.Slice.Price is null && HeldOf(part) > 0) ? Math.Max(cost, known) : cost;
    }

    /// <summary>What is kept of a cost: one that is beyond every limit leaves nothing of any.</summary>
    public static decimal Bounded(decimal cost) => Math.Min(cost, PriceRules.SpendMax);

    /// <summary>How many launches it allows in a placement.</summary>
    public int Of(decimal price) => IsShut ? 0 : price == 0 ? int.MaxValue : (int)Math.Min(int.MaxValue, decimal.Floor(Left / price));

    /// <summary>What is left after launches.</summary>
    public Budget After(int launches, decimal? price) =>
        IsLimited && launches > 0 ? this with { Left = Left - (launches * (price ?? 0)) } : this;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
