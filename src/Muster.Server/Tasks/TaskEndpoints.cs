using System.Collections.Immutable;
using System.Security.Cryptography;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Launching;
using Muster.Core.Prices;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Reconciling.Edges;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Remote.Wire;
using Muster.Server.Authentication;
using Muster.Server.Problems;

namespace Muster.Server.Tasks;

/// <summary>The server's end of the protocol by which level checks run elsewhere. See docs/task-protocol.md.</summary>
internal sealed class TaskEndpoints(
    ICheckStore store, ITemplateStore templates, IRunStore runs, ICloudDirectory clouds, IPulse pulse, ActivityFeed feed, TaskGate gate,
    TaskParts? parts, TaskLeases leases, CallerWatch watch, IPrices prices, int capacityMax, IReportPasses? passes,
    TimeProvider timeProvider)
{
    /// <summary>Well below the time that the clouds are waited for at the start.</summary>
    private static readonly TimeSpan PricesRetryAfter = TimeSpan.FromSeconds(1);

    private readonly TaskRights _rights = new(store);
    private readonly TaskPermits _permits = new(clouds, pulse, timeProvider);
    private readonly ITaskReferee _referee = parts?.Referee ?? new TaskReferee(templates, timeProvider, capacityMax, prices);

    /// <param name="app">Where; not below the API's own group, whose roles say nothing here.</param>
    public void Map(IEndpointRouteBuilder app)
    {
        var tasks = app.MapGroup($"/{RemoteProtocol.Path}").ExcludeFromDescription();
        tasks.AddEndpointFilter((context, next) =>
        {
            TaskExchange.EnsureVersion(context.HttpContext.Request);
            return parts is null
                ? throw new ProblemException(
                    ProblemKinds.NoTasks,
                    "this server makes its level checks itself: it hands them out where [pulse] kind is nomad and [nomad] task is scale")
                : next(context);
        });
        tasks.MapPost("/time", TimeAsync);
        tasks.MapPost("/idle", IdleAsync);
        tasks.MapPost("/groups/{id}", FindAsync);
        tasks.MapPost("/groups/{id}/templates/{template}", FindTemplateAsync);
        tasks.MapPost("/groups/{id}/launches/{launch}/pass", PassAsync);
        tasks.MapPost("/groups/{id}/assignment", AssignGroupAsync);
        tasks.MapPost("/groups/{id}/lease/take", TakeLeaseAsync);
        tasks.MapPost("/groups/{id}/lease/renew", RenewLeaseAsync);
        tasks.MapPost("/groups/{id}/spend", ReserveAsync);
        tasks.MapPost("/groups/{id}/record", RecordAsync);
        tasks.MapPost("/groups/{id}/permits", PermitGroupAsync);
        tasks.MapPost("/groups/{id}/calls", HearGroupAsync);
        tasks.MapPost("/groups/{id}/runs", ReportAsync);
        tasks.MapPost("/sweeps/{account}/{cloud}", LoadSweepAsync);
        tasks.MapPost("/sweeps/{account}/{cloud}/assignment", AssignSweepAsync);
        tasks.MapPost("/sweeps/{account}/{cloud}/permits", PermitSweepAsync);
        tasks.MapPost("/sweeps/{account}/{cloud}/calls", HearSweepAsync);
    }

    private async ValueTask<IWorkload> IdentifyAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var workload = await gate.IdentifyAsync(http.Request, cancellationToken);
        http.SetWorkload(workload);
        return workload;
    }

    private async Task<IResult> TimeAsync(HttpContext http, CancellationToken cancellationToken)
    {
        await IdentifyAsync(http, cancellationToken);
        return TaskExchange.Answer(http, new(await store.ReadTimeAsync(cancellationToken)), RemoteJson.Default.StoreClock);
    }

    private async Task<IResult> FindAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var workload = await IdentifyAsync(http, cancellationToken);
        return TaskExchange.Answer(http, new([await _rights.ReadAsync(workload, id, cancellationToken)]), RemoteJson.Default.FoundGroups);
    }

    /// <summary>Only of a launch that is open: a check of a group has no need of other templates.</summary>
    private async Task<IResult> FindTemplateAsync(HttpContext http, string id, string template, CancellationToken cancellationToken)
    {
        var record = await _rights.ReadAsync(await IdentifyAsync(http, cancellationToken), id, cancellationToken);
        var launch = record.OpenLaunches.FirstOrDefault(launch => launch.Template.ToString() == template);
        return TaskExchange.Answer(
            http,
            new(launch is null ? null : await store.FindTemplateAsync(record.Group.Id, launch.Template, cancellationToken)),
            RemoteJson.Default.FoundTemplate);
    }

    /// <summary>Only of a launch that is open: what is not written down is not called.</summary>
    private async Task<IResult> PassAsync(HttpContext http, string id, string launch, CancellationToken cancellationToken)
    {
        TaskExchange.EnsureSecret(http);
        var record = await _rights.ReadAsync(await IdentifyAsync(http, cancellationToken), id, cancellationToken);
        if (passes is null || record.OpenLaunches.FirstOrDefault(one => one.Id.ToString() == launch) is not { } open)
        {
            throw new ProblemException(ProblemKinds.UnknownPath, $"group '{record.Group.Name}' has no open launch '{launch}'");
        }

        var pass = await passes.MakeAsync(record.Group.Account, record.Group.Id, open.Id, open.CreatedAt, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return TaskExchange.Answer(http, new(pass.Token, pass.Url), RemoteJson.Default.PassAnswer);
    }

    private async Task<IResult> LoadSweepAsync(HttpContext http, string account, string cloud, CancellationToken cancellationToken)
    {
        var sweep = TaskRights.Find(await IdentifyAsync(http, cancellationToken), account, cloud);
        return TaskExchange.Answer(http, new(await store.LoadSweepAsync(sweep, cancellationToken)), RemoteJson.Default.FoundGroups);
    }

    private async Task<IResult> AssignGroupAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        TaskExchange.EnsureSecret(http);
        var workload = await IdentifyAsync(http, cancellationToken);
        var record = await _rights.ReadAsync(workload, id, cancellationToken);
        var (_, sweep, clouds) = TaskRights.Of(workload, record);
        return await AssignAsync(http, sweep, [record], clouds, cancellationToken);
    }

    private async Task<IResult> AssignSweepAsync(HttpContext http, string account, string cloud, CancellationToken cancellationToken)
    {
        TaskExchange.EnsureSecret(http);
        var sweep = TaskRights.Find(await IdentifyAsync(http, cancellationToken), account, cloud);
        return await AssignAsync(http, sweep, await store.LoadSweepAsync(sweep, cancellationToken), [sweep.Cloud], cancellationToken);
    }

    private async Task<IResult> AssignAsync(
        HttpContext http,
        SweepKey sweep,
        ImmutableArray<GroupRecord> groups,
        ImmutableArray<string> clouds,
        CancellationToken cancellationToken)
    {
        EnsurePrices(groups);
        var isAlive = groups.Any(record => record.Group.Phase is not GroupPhase.Archived);
        var access = isAlive ? await parts!.Access.GrantAsync(sweep, cancellationToken) : null;
        ClearAfter(http, access);
        var others = ImmutableArray.CreateBuilder<CloudAccess>();
        foreach (var cloud in isAlive ? clouds.Remove(sweep.Cloud) : [])
        {
            if (await TryGrantAsync(sweep with { Cloud = cloud }, cancellationToken) is { } other)
            {
                ClearAfter(http, other);
                others.Add(other);
            }
        }

        return TaskExchange.Answer(
            http,
            new Assignment
            {
                Installation = store.Installation,
                LeaseDuration = parts!.LeaseDuration,
                LaunchExpiry = parts.LaunchExpiry,
                Groups = groups,
                Prices = PricesOf(groups),
                Cloud = access,
                OtherClouds = others.Count == 0 ? null : others.ToImmutable(),

                // Last, so that it is as young as can be when it arrives.
                Now = timeProvider.GetUtcNow(),
            },
            RemoteJson.Default.Assignment);
    }

    /// <summary>A check that goes by prices waits for them, as those that the server makes itself do.</summary>
    private void EnsurePrices(ImmutableArray<GroupRecord> groups)
    {
        if (!prices.AreKnown && groups.FirstOrDefault(record => record.NeedsPrices) is { } waiting)
        {
            throw new ProblemException(
                ProblemKinds.PricesUnknown,
                $"group {waiting.Group.Name} goes by prices, and not every cloud has told them since the server started",
                retryAfter: PricesRetryAfter);
        }
    }

    /// <summary>What opens a cloud beside the group's own; null for one that cannot be opened now: the rest of the group goes on.</summary>
    private async Task<CloudAccess?> TryGrantAsync(SweepKey sweep, CancellationToken cancellationToken)
    {
        try
        {
            return await parts!.Access.GrantAsync(sweep, cancellationToken);
        }
        catch (Exception error) when (error is InputException or CloudException)
        {
            return null;
        }
    }

    /// <summary>
    /// The prices of what some groups may be made of: others are no matter of whoever checks these. Also where nobody limits anything,
    /// since a check writes down what its group costs. Null for none.
    /// </summary>
    private AssignedPrices? PricesOf(ImmutableArray<GroupRecord> groups)
    {
        var (said, told) = prices.Current.Of(groups.SelectMany(record => record.PriceScopes));
        return said.IsEmpty && told.IsEmpty ? null : new(said, told);
    }

    private static void ClearAfter(HttpContext http, CloudAccess? access)
    {
        if (access?.AccountKey is { } key)
        {
            http.Response.OnCompleted(() =>
            {
                CryptographicOperations.ZeroMemory(key);
                return Task.CompletedTask;
            });
        }
    }

    private async Task<IResult> TakeLeaseAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var (group, sweep, _) = await _rights.FindAsync(await IdentifyAsync(http, cancellationToken), id, cancellationToken);
        if (parts!.Gate is { } gate && await gate.ObstacleAsync(sweep, cancellationToken) is { } obstacle)
        {
            throw new ProblemException(ProblemKinds.Paused, obstacle);
        }

        var taking = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.LeaseTaking, cancellationToken);
        EnsureDuration(taking.Duration);
        TaskRecords.EnsureHolder(taking.Holder);
        var lease = await TaskExchange.WriteAsync(() => store.TryAcquireLeaseAsync(
            group, taking.Holder, taking.ExpectedFence, _referee.Now(taking.Now), taking.Duration, CancellationToken.None));
        if (lease is not null)
        {
            leases.Given(watch, http.CallerOrNull(), lease);
        }

        return TaskExchange.Answer(http, new(lease), RemoteJson.Default.LeaseAnswer);
    }

    private async Task<IResult> RenewLeaseAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var (group, _, _) = await _rights.FindAsync(await IdentifyAsync(http, cancellationToken), id, cancellationToken);
        var renewal = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.LeaseRenewal, cancellationToken);
        EnsureDuration(renewal.Duration);
        EnsureLease(renewal.Lease, group);
        var lease = await TaskExchange.WriteAsync(() => store.RenewLeaseAsync(
            renewal.Lease, _referee.Now(renewal.Now), renewal.Duration, CancellationToken.None));
        leases.Renewed(lease);
        return TaskExchange.Answer(http, new(lease), RemoteJson.Default.LeaseAnswer);
    }

    private async Task<IResult> ReserveAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var (group, _, _) = await _rights.FindAsync(await IdentifyAsync(http, cancellationToken), id, cancellationToken);
        var asked = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.SpendReserving, cancellationToken);
        EnsureLease(asked.Lease, group);
        EnsureSpend("held", asked.Held);
        EnsureSpend("wanted", asked.Wanted);
        var max = await store.FindGroupAsync(group, cancellationToken) is { } known ? _referee.SpendMax(known) : 0;
        var grant = await TaskExchange.WriteAsync(() => store.ReserveSpendAsync(
            asked.Lease, Math.Min(asked.Held, max), Math.Min(asked.Wanted, max), CancellationToken.None));
        return TaskExchange.Answer(http, new(grant), RemoteJson.Default.SpendAnswer);
    }

    private async Task<IResult> RecordAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var (group, sweep, _) = await _rights.FindAsync(await IdentifyAsync(http, cancellationToken), id, cancellationToken);
        var leased = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.LeasedRecord, cancellationToken);
        EnsureLease(leased.Lease, group);
        TaskRecords.EnsureOwn(leased.Record, group, sweep.Account);
        var record = await store.FindGroupAsync(group, cancellationToken) is { } known
            ? (await _referee.EnsureAsync(known, leased.Record, isLeased: true, cancellationToken))!
            : leased.Record;
        var kept = await TaskExchange.WriteAsync(() => leased.Releases
            ? store.RecordAndReleaseAsync(leased.Lease, record, CancellationToken.None)
            : store.RecordAsync(leased.Lease, record, CancellationToken.None));
        if (leased.Releases)
        {
            leases.Released(leased.Lease);
        }

        return Kept(http, kept);
    }

    private async Task<IResult> IdleAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var workload = await IdentifyAsync(http, cancellationToken);
        var idle = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.IdleRecords, cancellationToken);
        TaskRecords.EnsureCount(idle.Records);
        AccountId? account = null;
        var known = new Dictionary<GroupId, GroupRecord>();
        var read = new HashSet<SweepKey>();
        var found = new List<GroupRecord>(idle.Records.Length);
        var timely = ImmutableArray.CreateBuilder<CheckRecord>();
        foreach (var record in idle.Records)
        {
            var (group, sweep, _) = await _rights.FindAsync(workload, record.State.Group.ToString(), cancellationToken);
            TaskRecords.EnsureOwn(record, group, sweep.Account);
            if ((account ??= sweep.Account) != sweep.Account)
            {
                throw new InputException("records", null, "groups of one account");
            }

            // A whole sweep is one read, as it was for the program.
            if (idle.Records.Length > 1 && read.Add(sweep))
            {
                foreach (var swept in await store.LoadSweepAsync(sweep, cancellationToken))
                {
                    known[swept.Group.Id] = swept;
                }
            }

            if ((known.GetValueOrDefault(group) ?? await store.FindGroupAsync(group, cancellationToken)) is { } before)
            {
                found.Add(before);
                if (await _referee.EnsureAsync(before, record, isLeased: false, cancellationToken) is { } good)
                {
                    timely.Add(good);
                }
            }
        }

        TaskRecords.EnsureOnce(idle.Records);

        var kept = await TaskExchange.WriteAsync(() => store.RecordIdleAsync(timely.ToImmutable(), sweep: null, CancellationToken.None));
        pulse.OnIdle(found);
        return Kept(http, kept);
    }

    private async Task<IResult> PermitGroupAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var workload = await IdentifyAsync(http, cancellationToken);
        await _rights.FindAsync(workload, id, cancellationToken);
        var request = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.PermitRequest, cancellationToken);
        var (group, sweep, _) = await _rights.OnCloudAsync(workload, id, request.Cloud, cancellationToken);
        return await PermitAsync(http, sweep, group, request, cancellationToken);
    }

    private async Task<IResult> PermitSweepAsync(HttpContext http, string account, string cloud, CancellationToken cancellationToken)
    {
        var workload = await IdentifyAsync(http, cancellationToken);
        var sweep = TaskRights.Find(workload, account, cloud);
        var request = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.PermitRequest, cancellationToken);

        // Each group has a turn of its own: one that does not exist would be a turn more.
        if (request.Group is { } group)
        {
            await _rights.EnsureInAsync(workload, group, sweep, cancellationToken);
        }

        EnsureNoCloud(request.Cloud);

        return await PermitAsync(http, sweep, group: null, request, cancellationToken);
    }

    private async Task<IResult> PermitAsync(
        HttpContext http, SweepKey sweep, GroupId? group, PermitRequest request, CancellationToken cancellationToken) =>
        TaskExchange.Answer(
            http,
            http.CallerOrNull() is { } caller
                ? await watch.WhileAsync(caller, token => _permits.AcquireAsync(sweep, group, request, token), cancellationToken)
                : await _permits.AcquireAsync(sweep, group, request, cancellationToken),
            RemoteJson.Default.PermitAnswer);

    private async Task<IResult> HearGroupAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var workload = await IdentifyAsync(http, cancellationToken);
        await _rights.FindAsync(workload, id, cancellationToken);
        var told = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.CallsTold, cancellationToken);
        var right = await _rights.OnCloudAsync(workload, id, told.Cloud, cancellationToken);
        return TaskExchange.Answer(http, _permits.Hear(right.Sweep, told), RemoteJson.Default.PermitAnswer);
    }

    private async Task<IResult> HearSweepAsync(HttpContext http, string account, string cloud, CancellationToken cancellationToken)
    {
        var sweep = TaskRights.Find(await IdentifyAsync(http, cancellationToken), account, cloud);
        var told = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.CallsTold, cancellationToken);
        EnsureNoCloud(told.Cloud);
        return TaskExchange.Answer(http, _permits.Hear(sweep, told), RemoteJson.Default.PermitAnswer);
    }

    private static void EnsureNoCloud(string? cloud)
    {
        if (cloud is not null)
        {
            throw new InputException("cloud", cloud, "none: the path says it");
        }
    }

    private async Task<IResult> ReportAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var (group, _, _) = await _rights.FindAsync(await IdentifyAsync(http, cancellationToken), id, cancellationToken);
        var run = await TaskExchange.ReadAsync(http.Request, RemoteJson.Default.CheckRun, cancellationToken);
        TaskRecords.EnsureOwn(run, group);
        run = _referee.Ensured(run);
        await TaskExchange.WriteAsync(async () =>
        {
            await runs.KeepCheckAsync(run, CancellationToken.None);
            return true;
        });
        pulse.History.Tell(run);
        return TaskExchange.Answer(http, new(timeProvider.GetUtcNow()), RemoteJson.Default.StoreClock);
    }

    private IResult Kept(HttpContext http, ImmutableArray<Activity> kept)
    {
        feed.Announce(kept);
        return TaskExchange.Answer(http, new(kept), RemoteJson.Default.KeptActivities);
    }

    private static void EnsureSpend(string field, decimal amount)
    {
        if (!PriceRules.IsAmount(amount, CheckBounds.SpendMax))
        {
            throw new InputException(
                field, Money.Text(amount), $"0 to {Money.Text(CheckBounds.SpendMax)}, with {PriceRules.Decimals} decimals at most");
        }
    }

    private static void EnsureLease(GroupLease lease, GroupId group)
    {
        if (lease.Group != group)
        {
            throw new InputException("lease.group", lease.Group.ToString(), "the group of the path");
        }
    }

    // Not this server's own lease: the task may have its assignment from another one.
    private static void EnsureDuration(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero || duration > ReconcilerOptions.LeaseDurationMax)
        {
            throw new InputException("duration", duration.ToString(), $"more than nothing, at most {ReconcilerOptions.LeaseDurationMax}");
        }
    }
}
