using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Templates;

namespace Muster.Core.Storage;

/// <summary>A group with all that a level check needs to know of it: one consistent read.</summary>
/// <param name="Group">What the user wants.</param>
/// <param name="Template">What the next launch is made from.</param>
/// <param name="State">The engine's memory.</param>
/// <param name="OpenLaunches">The ledger's open entries, by creation, then id.</param>
public sealed record GroupRecord(Group Group, Template Template, GroupState State, ImmutableArray<Launch> OpenLaunches)
{
    /// <summary>What others than the person who scaled it claim of how many there are to be; most groups have none.</summary>
    public ImmutableArray<Claim> Claims { get; init; } = [];

    /// <summary>What people and sources of health say of its instances; of most groups nothing.</summary>
    public ImmutableArray<MemberNote> Notes { get; init; } = [];

    /// <summary>
    /// When people and programs last said something of its instances; of a group that gets traffic, or when it was changed since. Null
    /// where they have not.
    /// </summary>
    public DateTimeOffset? SaidAt
    {
        get
        {
            var said = Notes.IsDefaultOrEmpty ? null : Notes.Max(note => note.SaidAt);
            return Group.Traffic.IsEmpty || said >= Group.UpdatedAt ? said : Group.UpdatedAt;
        }
    }

    /// <summary>Whether something was said that no check has heard: what the state says may be of before.</summary>
    public bool IsUnheard => SaidAt is { } at && !(State.HeardAt >= at);

    /// <summary>What recommends how many there are to be, by name; most groups have none.</summary>
    public ImmutableArray<Policy> Policies { get; init; } = [];

    /// <summary>
    /// The templates of all placements in <see cref="Group.Layout"/>, each once; empty for a group without one, which has
    /// <see cref="Template"/>.
    /// </summary>
    public ImmutableArray<Template> PlacementTemplates { get; init; } = [];

    /// <summary>
    /// One template of each cloud on which earlier revisions may have left something (<see cref="GroupState.VacatedRevision"/>), beside
    /// those of the placements; most groups have none.
    /// </summary>
    public ImmutableArray<Template> EarlierTemplates { get; init; } = [];

    /// <summary>What its account may spend; null where nobody limits it, and in lists.</summary>
    public AccountSpend? AccountSpend { get; init; }

    /// <summary>Where the group lives, in the user's order; of a group with a template and no list, the only one.</summary>
    public ImmutableArray<Placement> Placements => Placement.AllOf(Group.Layout, Template, PlacementTemplates);

    /// <summary>Whether the group has, or had, more than one place to live in.</summary>
    public bool IsSpread => Group.Layout is not null || !EarlierTemplates.IsEmpty;

    /// <summary>Every cloud where the group's instances may be, by name, each once.</summary>
    public ImmutableArray<string> Clouds => LivesOnlyOn(Template.Cloud)
        ? [Template.Cloud]
        : [.. PlacementTemplates.Prepend(Template).Concat(EarlierTemplates).Select(template => template.Cloud).Distinct()];

    /// <summary>
    /// Every kind of instance whose price a check may ask for: those of its placements, and what lives on their clouds, or on earlier ones,
    /// outside of them, of which neither zone nor kind is known.
    /// </summary>
    public IEnumerable<PriceScope> PriceScopes => Placements
        .SelectMany(placement => new[]
        {
            new PriceScope(placement.Cloud, placement.Zone, placement.Template.Size, placement.Spec.IsInterruptible),
            Outside(placement.Template),
        })
        .Concat(EarlierTemplates.Select(Outside));

    /// <summary>Whether a check decides by prices: it fills the cheapest place first, or somebody limits what is spent.</summary>
    public bool NeedsPrices =>
        Group.Layout?.Distribution is DistributionKind.Cheapest || Group.Brakes.SpendPerHourMax is not null || AccountSpend is not null;

    /// <summary>Whether the group's instances can be on no other cloud than this.</summary>
    public bool LivesOnlyOn(string cloud) =>
        Template.Cloud == cloud && AreAllOn(PlacementTemplates, cloud) && AreAllOn(EarlierTemplates, cloud);

    /// <summary>
    /// Whether a look at one cloud cannot show all of it: it has placements on several, or may have left something on an earlier one.
    /// </summary>
    public bool IsOnSeveralClouds => IsSpread && Clouds.Length > 1;

    /// <summary>A reason, with the placement that it is about where there are several.</summary>
    public string ReasonIn(Placement placement, string reason)
    {
        ArgumentNullException.ThrowIfNull(placement);
        return IsSpread ? $"{placement.Name}: {reason}" : reason;
    }

    /// <summary>The schedules among <see cref="Policies"/> that are followed.</summary>
    public ImmutableArray<NamedSchedule> Schedules => Policies.IsDefaultOrEmpty ? [] :
    [
        .. Policies
            .Where(policy => policy.IsFollowed && policy.Rule is PolicyRule.Calendar)
            .Select(policy => new NamedSchedule(
                policy.Name, ((PolicyRule.Calendar)policy.Rule).Schedule, OnlyRaises: policy.Mode is PolicyMode.GrowOnly)),
    ];

    /// <summary>How many there are to be at an instant, and why.</summary>
    /// <exception cref="ZoneException">This machine does not know the time zone of one of the group's schedules.</exception>
    public Settlement SettleAt(DateTimeOffset now) => Settlement.Of(Group, Claims, Schedules, now);

    private static PriceScope Outside(Template template) => new(template.Cloud, Zone: null, template.Size, IsInterruptible: false);

    private static bool AreAllOn(ImmutableArray<Template> templates, string cloud)
    {
        foreach (var template in templates)
        {
            if (template.Cloud != cloud)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One account on one cloud: what one lease, one job and one right are for.</summary>
/// <param name="Account">Whose groups.</param>
/// <param name="Cloud">The configured cloud's name.</param>
public sealed record SweepKey(AccountId Account, string Cloud);

/// <summary>The right to act on one group until it ends.</summary>
/// <param name="Group">Which group.</param>
/// <param name="Holder">Who holds it: a server or a scaler run.</param>
/// <param name="Fence">The fencing number that every write must show.</param>
/// <param name="EndsAt">When it ends unless renewed.</param>
public sealed record GroupLease(GroupId Group, string Holder, long Fence, DateTimeOffset EndsAt);

/// <summary>What one step of a check leaves behind.</summary>
public sealed record CheckRecord
{
    /// <summary>The state after it.</summary>
    public required GroupState State { get; init; }

    /// <summary>New and changed launches.</summary>
    public ImmutableArray<Launch> Launches { get; init; } = [];

    /// <summary>What the audit trail learns.</summary>
    public ImmutableArray<Activity> Activities { get; init; } = [];

    /// <summary>When the group is to be archived, because the last instance of a draining one is gone; null otherwise.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>For stores: refuses a record that would write to another group than <paramref name="group"/>.</summary>
    /// <exception cref="ArgumentException">Something in it is another group's: a bug in the engine.</exception>
    public void EnsureOneGroup(GroupId group)
    {
        if (State.Group != group || Launches.Any(launch => launch.Group != group) || Activities.Any(activity => activity.Group != group))
        {
            throw new ArgumentException($"a record of group {group} holds what is another group's", nameof(group));
        }
    }
}

/// <summary>Which page.</summary>
/// <param name="Limit">Items at most; 1 to <see cref="LimitMax"/>.</param>
/// <param name="Cursor">Where the last page ended, as it said (<see cref="PageCursor"/>); null for the first.</param>
public sealed record PageRequest(int Limit, string? Cursor = null)
{
    /// <summary>Most items on a page.</summary>
    public const int LimitMax = 1000;

    /// <summary>For stores: refuses a limit that the caller should have refused.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Limit"/> is not 1 to <see cref="LimitMax"/>.</exception>
    public void EnsureLimit()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Limit, LimitMax);
    }
}

/// <summary>One page.</summary>
/// <param name="Items">In order.</param>
/// <param name="NextCursor">Where the next begins; null on the last page.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? NextCursor)
{
    /// <summary>The same page of what each item stands for.</summary>
    public Page<TOther> Select<TOther>(Func<T, TOther> of) => new([.. Items.Select(of)], NextCursor);
}

/// <summary>For stores: makes pages.</summary>
public static class Page
{
    /// <summary>
    /// The page of a listing that was read up to one item beyond it: by that item it is known whether there is a next one.
    /// </summary>
    /// <param name="items">In order, at most one more than the limit.</param>
    /// <param name="request">Which page; says how many items are on it.</param>
    /// <param name="cursorAfter">The cursor after an item.</param>
    public static Page<T> Cut<T>(ImmutableArray<T> items, PageRequest request, Func<T, string> cursorAfter) =>
        items.Length <= request.Limit ? new(items, null) : new(items[..request.Limit], cursorAfter(items[request.Limit - 1]));
}
