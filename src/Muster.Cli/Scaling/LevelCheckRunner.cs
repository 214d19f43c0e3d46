using System.Collections.Immutable;
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
using Muster.Core.Reconciling;
using Muster.Core.Templates;
using Muster.Storage.Memory;

namespace Muster.Cli.Scaling;

/// <summary>The engine over a store that is forgotten afterwards.</summary>
/// <remarks>
/// All ids are made of names, so that every run on every machine means the same group, and two that overlap ask the cloud for
/// the same launches.
/// </remarks>
/// <param name="cloud">Where the group lives.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For jitter and activities; never for what the cloud sees.</param>
internal sealed class LevelCheckRunner(CloudEntry cloud, TimeProvider timeProvider, IRandomSource random) : ILevelCheckRunner
{
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
            if (report.FailedBy is not CloudErrorKind.Throttled || !cloud.Cloud.Traits.LaunchTokens || stopping.IsCancellationRequested
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
    /// Where the cloud may have made two of one launch, those that this run made too many end; what fails in it fails the run.
    /// </summary>
    private async Task<CheckReport> EndTwinsAsync(ScaleRequest request, CheckReport report, CancellationToken stopping)
    {
        var made = report.Activities
            .Where(activity => activity is { Type: ActivityType.Launch, Status: ActivityStatus.Succeeded })
            .Select(activity => activity.Launch).OfType<LaunchId>().ToImmutableHashSet();

        // A cloud that fails, or wants silence, is left alone: a twin is one too many, and the next run ends it.
        if (!cloud.Cloud.Traits.LaunchTokensRace
            || made.IsEmpty
            || report.FailedBy is not null
            || cloud.Cloud.Governor.Silence > TimeSpan.Zero)
        {
            return report;
        }

        var group = Group(request, Template(request, default), timeProvider.GetUtcNow());
        var told = await new TwinEnder(cloud.Cloud.For(group.Id), timeProvider, random).EndAsync(group, Installation, made, stopping);
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
        var template = Template(request, now);
        TemplateRules.ThrowIfWrong(template);
        var group = Group(request, template, now);
        await store.EnsureAccountAsync(
            new() { Id = Account, Name = Core.Accounts.Account.DefaultName, CreatedAt = now }, CancellationToken.None);
        await store.AddTemplateAsync(template, CancellationToken.None);
        await store.AddGroupAsync(group, Created(group), CancellationToken.None);
        var record = await store.FindGroupAsync(group.Id, CancellationToken.None)
            ?? throw new InvalidOperationException("the group that was just added is gone");
        var reconciler = new Reconciler(
            store,
            timeProvider,
            random,
            new SlotLaunchIdentities(Installation),
            new ReconcilerOptions { KeepsMemory = false },
            holder: "scale");
        var connection = GroupClouds.Of(template.Cloud, cloud.Cloud.For(group.Id));
        return glance is null
            ? await reconciler.CheckAsync(record, connection, stopping, CancellationToken.None)
            : await reconciler.CheckAsync(record, connection, glance, stopping, CancellationToken.None);
    }

    /// <summary>
    /// The tags by which an instance that somebody else made is the group's. No launch of ours made it, so none is named.
    /// </summary>
    public static ImmutableSortedDictionary<string, string> TagsForAdoption(ScaleRequest request)
    {
        var template = Template(request, default) with { Tags = ImmutableSortedDictionary<string, string>.Empty };
        return InstanceTags.For(Installation, Group(request, template, default), template, default).Remove(MusterTags.Launch);
    }

    private static Group Group(ScaleRequest request, Template template, DateTimeOffset now) => new()
    {
        Id = new(Id($"group {request.Group}")),
        Account = Account,
        Name = request.Group,
        Template = template.Id,
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
