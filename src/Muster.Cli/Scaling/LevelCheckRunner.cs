using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Reconciling;
using Muster.Core.Templates;
using Muster.Storage.Memory;

namespace Muster.Cli.Scaling;

/// <summary>The engine over a store that is forgotten afterwards.</summary>
/// <remarks>
/// All ids are made of names, so that every run on every machine means the same group, and two that overlap ask the cloud for
/// the same launches.
/// </remarks>
/// <param name="clouds">Where the group lives; each once.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For jitter and activities; never for what the cloud sees.</param>
/// <param name="prices">What instances cost; null where nobody knows.</param>
internal sealed class LevelCheckRunner(
    ImmutableArray<CloudEntry> clouds, TimeProvider timeProvider, IRandomSource random, IPrices? prices = null)
    : ILevelCheckRunner
{
    private const string Holder = "scale";

    // The tags of groups kept by muster scale: apart from those of every server, which has an installation of its own.
    private static readonly InstallationId Installation = new(Id("muster scale"));
    private static readonly AccountId Account = new(Id("muster scale account"));

    /// <summary>
    /// How long one run waits in all while the cloud refuses calls as too many. A scheduler that runs this every
    /// minute loses nothing by it.
    /// </summary>
    public static readonly TimeSpan ThrottledMax = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    /// <remarks>
    /// A cloud that refuses a call as one too many has made nothing, and has room again in a moment: the check is made again then, as if
    /// the program was run again, instead of ending as a failure. Only where launch ids are tokens, since a run knows nothing of the one
    /// before. What was refused and then made good is not told.
    /// </remarks>
    public Task<CheckReport> RunAsync(ScaleRequest request, CancellationToken stopping) => RunAsync(request, glance: null, stopping);

    /// <inheritdoc cref="RunAsync(ScaleRequest, CancellationToken)"/>
    /// <param name="request">The level that is wanted.</param>
    /// <param name="glance">
    /// A look made before, which may have missed instances: enough where it leaves nothing to do. Null for none.
    /// </param>
    /// <param name="stopping">Start nothing new, finish what is in flight.</param>
    public async Task<CheckReport> RunAsync(ScaleRequest request, Observation? glance, CancellationToken stopping)
    {
        var startedAt = timeProvider.GetTimestamp();
        ImmutableArray<Activity> done = [];
        while (true)
        {
            var report = await CheckAsync(request, glance, stopping);
            var wait = (report.State.NextAttemptAt ?? timeProvider.GetUtcNow()) - timeProvider.GetUtcNow();
            if (report.FailedBy is not CloudErrorKind.Throttled
                || !clouds.All(entry => entry.Cloud.Traits.LaunchTokens)
                || stopping.IsCancellationRequested
                || timeProvider.GetElapsedTime(startedAt) + wait > ThrottledMax)
            {
                return await EndTwinsAsync(request, report with { Activities = [.. done, .. report.Activities] }, stopping);
            }

            done = [.. done, .. report.Activities.Where(activity => activity is
                { Type: ActivityType.Launch or ActivityType.Terminate, Status: ActivityStatus.Succeeded or ActivityStatus.Ambiguous })];
            glance = null;
            await DelayAsync(wait, stopping);
        }
    }

    /// <summary>
    /// Where a cloud may have made two of one launch, those that this run made too many end; what fails in it fails the run.
    /// </summary>
    private async Task<CheckReport> EndTwinsAsync(ScaleRequest request, CheckReport report, CancellationToken stopping)
    {
        var made = report.Activities
            .Where(activity => activity is { Type: ActivityType.Launch, Status: ActivityStatus.Succeeded })
            .Select(activity => activity.Launch).OfType<LaunchId>().ToImmutableHashSet();

        if (made.IsEmpty || report.FailedBy is not null)
        {
            return report;
        }

        var group = Group(request, default, timeProvider.GetUtcNow());
        var told = new List<Activity>();

        // A cloud that fails, or wants silence, is left alone: a twin is one too many, and the next run ends it.
        foreach (var cloud in clouds.Select(entry => entry.Cloud)
            .Where(cloud => cloud.Traits.LaunchTokensRace && cloud.Governor.Silence <= TimeSpan.Zero))
        {
            told.AddRange(await new TwinEnder(cloud.For(group.Id), timeProvider, random).EndAsync(group, Installation, made, stopping));
        }

        return report with
        {
            Activities = [.. report.Activities, .. told],
            Outcome = told.Any(activity => activity.Status is not ActivityStatus.Succeeded) ? CheckOutcome.Failed : report.Outcome,
        };
    }

    private async Task DelayAsync(TimeSpan wait, CancellationToken stopping)
    {
        if (wait > TimeSpan.Zero)
        {
            // Told to stop, the next check starts nothing and says how things stand.
            await Task.Delay(wait, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A look made of a listing by something else than Muster's tags.</summary>
    /// <param name="listed">All that was listed, whoever's.</param>
    /// <param name="startedAt">When the listing began, by the wall clock.</param>
    /// <param name="beganAt">The same as a timestamp.</param>
    public Observation Glance(ImmutableArray<Instance> listed, DateTimeOffset startedAt, long beganAt) =>
        Observation.Of(listed, Installation, startedAt, beganAt, timeProvider);

    private async Task<CheckReport> CheckAsync(ScaleRequest request, Observation? glance, CancellationToken stopping)
    {
        await using var store = new MemoryStore(Installation, timeProvider);
        var now = timeProvider.GetUtcNow();
        var (group, templates) = await WantedAsync(request, now, stopping);
        await store.EnsureAccountAsync(
            new() { Id = Account, Name = Core.Accounts.Account.DefaultName, CreatedAt = now }, CancellationToken.None);
        foreach (var template in templates)
        {
            await store.AddTemplateAsync(template, CancellationToken.None);
        }

        await store.AddGroupAsync(group, Created(group), CancellationToken.None);
        var record = await store.FindGroupAsync(group.Id, CancellationToken.None)
            ?? throw new InvalidOperationException("the group that was just added is gone");
        var reconciler = new Reconciler(
            store,
            timeProvider,
            random,
            new SlotLaunchIdentities(Installation),
            new ReconcilerOptions { KeepsMemory = false },
            Holder,
            prices: prices);
        var connection = GroupClouds.Of([.. clouds.Select(entry => (entry.Name, (GovernedCloud?)entry.Cloud.For(group.Id)))]);
        return glance is null
            ? await reconciler.CheckAsync(record, connection, stopping, CancellationToken.None)
            : await reconciler.CheckAsync(record, connection, glance, stopping, CancellationToken.None);
    }

    /// <summary>The group, and the templates that it is made of.</summary>
    /// <exception cref="InputException">Something is wrong with them.</exception>
    private async Task<(Group Group, ImmutableArray<Template> Templates)> WantedAsync(
        ScaleRequest request, DateTimeOffset now, CancellationToken stopping)
    {
        if (request.Layout.Placements is { } placements)
        {
            var own = OwnTemplates(request, placements, now);
            var edit = request.Layout with
            {
                Placements = [.. placements.Zip(own, (placement, template) => placement with { Template = template })],
            };
            return (await SpreadAsync(request, edit, template: null, now, stopping), [.. own.DistinctBy(template => template.Id)]);
        }

        var template = Template(request, now);
        TemplateRules.ThrowIfWrong(template);
        var isAlone = request.Layout is { HasPlacements: false, Distribution: null, OnDemandPercentAboveBase: null };
        return (
            isAlone ? Group(request, template.Id, now) : await SpreadAsync(request, request.Layout, template, now, stopping), [template]);
    }

    /// <summary>
    /// The templates of placements, by the contents of each, as that of a group in one place. One is called after the first placement that
    /// it is for.
    /// </summary>
    private static ImmutableArray<Template> OwnTemplates(ScaleRequest request, ImmutableArray<NewPlacement> placements, DateTimeOffset now)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var known = new Dictionary<TemplateId, Template>();
        var own = ImmutableArray.CreateBuilder<Template>(placements.Length);
        foreach (var (index, placement) in placements.Index())
        {
            var template = Template(request with { Template = placement.Template ?? request.Template }, now);
            var wrong = ImmutableArray.CreateBuilder<InputError>();
            TemplateRules.Check(template, wrong);
            errors.AddRange(wrong.Select(error => error with { Field = string.Create(
                CultureInfo.InvariantCulture, $"placements[{index}].template.{error.Field}") }));
            own.Add(known.TryGetValue(template.Id, out var same)
                ? same
                : known[template.Id] = template with { Name = placement.Name ?? "" });
        }

        InputException.ThrowIfAny(errors);
        return own.MoveToImmutable();
    }

    /// <summary>The group in several places, by the rules of every group.</summary>
    /// <remarks>
    /// Time that a cloud is away, or back, passes between runs, and a run knows nothing of the one before: nothing is launched elsewhere
    /// for what cannot be seen, and nothing moves back. See docs/decisions/0175-placements-without-a-server.md.
    /// </remarks>
    private async Task<Group> SpreadAsync(
        ScaleRequest request, LayoutEdit edit, Template? template, DateTimeOffset now, CancellationToken stopping)
    {
        var zones = await ZonesAsync(edit, template, stopping);
        var asked = GroupChanges.Create(
            new()
            {
                Id = default,
                Account = Account,
                Name = request.Group,
                Template = template,
                Layout = edit with
                {
                    ZonesOf = cloud => zones.GetValueOrDefault(cloud),
                    HasInterruptible = cloud => clouds.Any(entry => entry.Name == cloud && entry.Cloud.Traits.Interruptible),
                },
                Capacity = new() { Desired = request.Count, Min = 0, Max = ScaleRequest.CountMax, Origin = new(Holder, now) },
                Prices = (prices ?? FixedPrices.None).Current,
            },
            ScaleRequest.CountMax,
            default).Group;
        return Group(request, asked.Template, now) with
        {
            Layout = asked.Layout! with { SpillAfter = null, ReturnAfter = null },
        };
    }

    /// <summary>The zones that clouds have, where zones are named. A cloud that cannot say so now has those that are named.</summary>
    private async Task<Dictionary<string, ImmutableArray<string>?>> ZonesAsync(
        LayoutEdit edit, Template? template, CancellationToken stopping)
    {
        var named = (edit.Placements ?? []).Where(placement => placement.Zone is not null)
            .Select(placement => (placement.Template!.Cloud, Zone: placement.Zone!))
            .Concat(template is null ? [] : (edit.Zones ?? []).Select(zone => (template.Cloud, Zone: zone)))
            .ToLookup(one => one.Cloud, one => one.Zone);
        var zones = new Dictionary<string, ImmutableArray<string>?>(StringComparer.Ordinal);
        foreach (var entry in clouds.Where(entry => named.Contains(entry.Name)))
        {
            try
            {
                zones[entry.Name] = entry.Cloud.Zones is { } zoned ? await zoned.ListZonesAsync(stopping) : null;
            }
            catch (CloudException)
            {
                // The check says itself what is wrong there, and goes on with the rest of the group.
                zones[entry.Name] = [.. named[entry.Name].Distinct()];
            }
        }

        return zones;
    }

    /// <summary>
    /// The tags by which an instance that somebody else made is the group's. No launch of ours made it, so none is named.
    /// </summary>
    public static ImmutableSortedDictionary<string, string> TagsForAdoption(ScaleRequest request)
    {
        var template = Template(request, default) with { Tags = ImmutableSortedDictionary<string, string>.Empty };
        return InstanceTags.For(Installation, Group(request, template.Id, default), template, default).Remove(MusterTags.Launch);
    }

    private static Group Group(ScaleRequest request, TemplateId template, DateTimeOffset now) => new()
    {
        Id = new(Id($"group {request.Group}")),
        Account = Account,
        Name = request.Group,
        Template = template,
        Capacity = new() { Desired = request.Count, Min = 0, Max = request.Count },
        ScaleIn = request.ScaleIn,
        Version = 1,
        CreatedAt = now,
        UpdatedAt = now,
    };

    private static Template Template(ScaleRequest request, DateTimeOffset now)
    {
        var template = request.Template with { Account = Account, Name = request.Group, CreatedAt = now };
        return template with { Id = request.TemplateId ?? new(Id(Contents(template))) };
    }

    /// <summary>
    /// Everything that makes an instance what it is: another content is another template, and its instances are outdated.
    /// </summary>
    private static string Contents(Template template)
    {
        var text = new StringBuilder();
        string?[] fields =
        [
            "template", template.Name, template.Cloud, template.NamePrefix, template.Image, template.Size,
            template.FirewallEnabled ? "firewall" : null, template.UserData, .. template.Networks,
        ];
        var maps = new[] { template.Metadata, template.Tags, template.Options };
        foreach (var field in fields.Concat(maps.SelectMany(map => map.SelectMany(pair => new[] { pair.Key, pair.Value }).Prepend(null))))
        {
            // With its length before it, no field can pass for two others.
            text.Append(field?.Length ?? -1).Append(':').Append(field);
        }

        return text.ToString();
    }

    private Activity Created(Group group) => new()
    {
        Id = new(random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = "made for one level check",
        FirstAt = group.CreatedAt,
        LastAt = group.CreatedAt,
    };

    private static Guid Id(string text) => StableId.From(Encoding.UTF8.GetBytes(text));
}
