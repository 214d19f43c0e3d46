using System.Collections.Immutable;
using System.Text;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Storage.Memory;
using Muster.Core.Templates;
using Muster.Server.Templates;

namespace Muster.Cli.Scaling;

/// <summary>The engine over a store that is forgotten afterwards.</summary>
/// <remarks>
/// All ids are made of names, so that every run on every machine means the same group, and two that overlap ask the cloud for
/// the same launches.
/// </remarks>
/// <param name="cloud">Where the group lives.</param>
/// <param name="time">The clock.</param>
/// <param name="random">For jitter and activities; never for what the cloud sees.</param>
internal sealed class LevelCheckRunner(CloudEntry cloud, TimeProvider time, IRandomSource random) : ILevelCheckRunner
{
    // The tags of groups kept by muster scale: apart from those of every server, which has an installation of its own.
    private static readonly InstallationId Installation = new(Id("muster scale"));
    private static readonly AccountId Account = new(Id("muster scale account"));

    /// <summary>How long one run waits in all while the cloud refuses calls as too many. A scheduler that runs this every minute loses nothing by it.</summary>
    public static readonly TimeSpan ThrottledMax = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    /// <remarks>
    /// A cloud that refuses a call as one too many has made nothing, and has room again in a moment: the check is made again then, as if the
    /// program was run again, instead of ending as a failure. Only where launch ids are tokens, since a run knows nothing of the one before.
    /// What was refused and then made good is not told.
    /// </remarks>
    public async Task<CheckReport> RunAsync(ScaleRequest request, CancellationToken stopping)
    {
        var startedAt = time.GetTimestamp();
        ImmutableArray<Activity> done = [];
        while (true)
        {
            var report = await CheckAsync(request, stopping);
            var wait = (report.State.NextAttemptAt ?? time.GetUtcNow()) - time.GetUtcNow();
            if (report.FailedBy is not CloudErrorKind.Throttled || !cloud.Cloud.Traits.LaunchTokens || stopping.IsCancellationRequested
                || time.GetElapsedTime(startedAt) + wait > ThrottledMax)
            {
                return report with { Activities = [.. done, .. report.Activities] };
            }

            done = [.. done, .. report.Activities.Where(activity => activity is
                { Type: ActivityType.Launch or ActivityType.Terminate, Status: ActivityStatus.Succeeded or ActivityStatus.Ambiguous })];
            await DelayAsync(wait, stopping);
        }
    }

    private static bool IsLaunch(Activity activity) => activity is { Type: ActivityType.Launch, Status: ActivityStatus.Succeeded };

    private async Task DelayAsync(TimeSpan wait, CancellationToken stopping)
    {
        if (wait > TimeSpan.Zero)
        {
            // Told to stop, the next check starts nothing and says how things stand.
            await Task.Delay(wait, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<CheckReport> CheckAsync(ScaleRequest request, CancellationToken stopping)
    {
        await using var store = new MemoryStore(Installation, time);
        var now = time.GetUtcNow();
        var template = Template(request, now);
        TemplateRules.ThrowIfWrong(template);
        var group = Group(request, template, now);
        await store.EnsureAccountAsync(new() { Id = Account, Name = Core.Accounts.Account.DefaultName, CreatedAt = now }, CancellationToken.None);
        await store.AddTemplateAsync(template, CancellationToken.None);
        await store.AddGroupAsync(group, Created(group), CancellationToken.None);
        var record = await store.FindGroupAsync(group.Id, CancellationToken.None)
            ?? throw new InvalidOperationException("the group that was just added is gone");
        var reconciler = new Reconciler(
            store, time, random, new SlotLaunchIdentities(Installation), new ReconcilerOptions { KeepsMemory = false }, holder: "scale");
        var connection = cloud.Cloud.For(group.Id);
        var report = await reconciler.CheckAsync(record, connection, stopping, CancellationToken.None);
        return cloud.Cloud.Traits.LaunchTokensRace && report.Activities.Any(IsLaunch)
            ? report with
            {
                Activities =
                [
                    .. report.Activities,
                    .. await new TwinEnder(connection, time, random).EndAsync(group, Installation, CancellationToken.None),
                ],
            }
            : report;
    }

    /// <summary>The tags by which an instance that somebody else made is the group's. No launch of ours made it, so none is named.</summary>
    public static ImmutableSortedDictionary<string, string> TagsForAdoption(ScaleRequest request)
    {
        var template = Template(request, default) with { Tags = ImmutableSortedDictionary<string, string>.Empty };
        return MusterTags.For(Installation, Group(request, template, default), template, default).Remove(MusterTags.Launch);
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
        var template = NewTemplate.Of(request.Template with { Name = request.Group }, default, Account, now);
        return template with { Id = request.TemplateId ?? new(Id(Contents(template))) };
    }

    /// <summary>Everything that makes an instance what it is: another content is another template, and its instances are outdated.</summary>
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
