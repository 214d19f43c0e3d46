using System.Collections.Immutable;

using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Prices;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Remote.Wire;

namespace Muster.Cli.Scaling.Assigned;

/// <summary>A level check that a server hands out: the engine here, with the server's store and its right to call.</summary>
/// <param name="server">The server.</param>
/// <param name="terminal">Where it prints, and its clock.</param>
/// <param name="place">Where it runs.</param>
/// <param name="print">Prints what a group's check came to.</param>
internal sealed class AssignedCheck(RemoteConnection server, Terminal terminal, TaskPlace place, Action<GroupRecord, CheckReport> print)
{
    private readonly StoreTime _timeProvider = new(terminal.Time);

    /// <summary>Checks one group.</summary>
    /// <exception cref="CliException">Nothing was done.</exception>
    public async Task<ExitCode> RunAsync(GroupId group, TaskStop stop)
    {
        var assignment = await AskAsync(() => server.AssignmentAsync(group, stop.Stopping));
        var record = assignment.Groups.Single();
        if (assignment.Cloud is not { } access || record.Group.Phase is GroupPhase.Archived)
        {
            terminal.Out.WriteLine(VisibleText.OneLine($"group {record.Group.Name} is archived: nothing to check"));
            return ExitCode.Ok;
        }

        var governor = RemoteCallGovernor.Of(server, group, access.Name, _timeProvider);
        var run = await RunAsync(
            assignment,
            access,
            governor,
            async (reconciler, _, cloud) => [new(group, await CheckAsync(reconciler, record, assignment, cloud, stop), Failure: null)],
            stop);
        return await ConcludeAsync(run, assignment, stop, group);
    }

    /// <summary>Checks every group of a sweep.</summary>
    /// <exception cref="CliException">Nothing was done.</exception>
    public async Task<ExitCode> RunAsync(SweepKey sweep, TaskStop stop)
    {
        var assignment = await AskAsync(() => server.AssignmentAsync(sweep, stop.Stopping));
        if (assignment.Cloud is not { } access)
        {
            terminal.Out.WriteLine(VisibleText.OneLine($"no group uses cloud {sweep.Cloud}: nothing to check"));
            return ExitCode.Ok;
        }

        // A task with the right to one cloud cannot look at the others.
        var elsewhere = assignment.Groups.RemoveAll(record => !record.IsOnSeveralClouds);
        var governor = RemoteCallGovernor.Of(server, sweep, _timeProvider);
        var run = await RunAsync(
            assignment,
            access,
            governor,
            (reconciler, store, cloud) => new SweepCheck(store, reconciler, _timeProvider).RunAsync(
                sweep, assignment.Groups.RemoveRange(elsewhere), cloud, stop.Stopping, stop.Abort),
            stop);
        foreach (var record in elsewhere)
        {
            var clouds = string.Join(", ", record.Clouds);
            terminal.Out.WriteLine(VisibleText.OneLine(
                $"group {record.Group.Name} lives on the clouds {clouds}: it is checked by itself, with --group-id"));
        }

        return await ConcludeAsync(run, assignment, stop, lone: null);
    }

    /// <summary>Checks one group on all of its clouds.</summary>
    private async Task<CheckReport> CheckAsync(
        Reconciler reconciler, GroupRecord record, Assignment assignment, GovernedCloud home, TaskStop stop)
    {
        var group = record.Group.Id;
        if (!record.IsOnSeveralClouds)
        {
            return await reconciler.CheckAsync(record, GroupClouds.Of(record.Template.Cloud, home.For(group)), stop.Stopping, stop.Abort);
        }

        var opened = new List<(GrantedCloud Cloud, RemoteCallGovernor Governor)>();
        var clouds = ImmutableArray.CreateBuilder<(string Name, GovernedCloud? Cloud)>();
        try
        {
            foreach (var name in record.Clouds)
            {
                clouds.Add((name, name == record.Template.Cloud ? home.For(group) : await OpenAsync(name)));
            }

            return await reconciler.CheckAsync(record, GroupClouds.Of(clouds.ToImmutable()), stop.Stopping, stop.Abort);
        }
        finally
        {
            foreach (var (cloud, governor) in opened)
            {
                await governor.FlushAsync();
                await cloud.DisposeAsync();
            }
        }

        async Task<GovernedCloud?> OpenAsync(string name)
        {
            if (assignment.OtherClouds?.FirstOrDefault(access => access.Name == name) is not { } access)
            {
                return null;
            }

            var governor = RemoteCallGovernor.OfOther(server, group, name, _timeProvider);
            try
            {
                var granted = await GrantedCloud.OpenAsync(access, governor, _timeProvider, terminal, stop.Abort);
                opened.Add((granted, governor));
                return granted.Cloud.For(group);
            }
            catch (Exception error) when (error is CloudException or InputException)
            {
                // The rest of the group goes on; what is there keeps its places.
                terminal.Error.WriteLine(VisibleText.OneLine($"muster: cloud {name} cannot be opened: {error.Message}"));
                return null;
            }
        }
    }

    private async Task<TaskRun> RunAsync(
        Assignment assignment, CloudAccess access, RemoteCallGovernor governor,
        Func<Reconciler, RemoteCheckStore, GovernedCloud, Task<ImmutableArray<SweptGroup>>> check, TaskStop stop)
    {
        var (startedAt, began) = (_timeProvider.GetUtcNow(), _timeProvider.GetTimestamp());
        var store = new RemoteCheckStore(server, assignment.Installation);
        var reconciler = new Reconciler(
            store, _timeProvider, terminal.Random, new RandomLaunchIdentities(terminal.Random, new RemoteReportPasses(server)),
            new() { LeaseDuration = assignment.LeaseDuration, LaunchExpiry = assignment.LaunchExpiry },
            holder: $"task-{place.Node}-{place.Allocation ?? "none"}-{terminal.Random.NextId():N}",
            prices: assignment.Prices is { } prices ? new FixedPrices(prices.ToBook(assignment.Groups)) : null);
        ImmutableArray<SweptGroup> swept = [];
        Exception? failure = null;
        try
        {
            await using var granted = await GrantedCloud.OpenAsync(access, governor, _timeProvider, terminal, stop.Abort);
            swept = await check(reconciler, store, granted.Cloud);
        }
        catch (Exception error) when (error is StoreException or CloudException or InputException)
        {
            failure = error;
        }
        catch (OperationCanceledException error) when (stop.Abort.IsCancellationRequested)
        {
            failure = error;
        }

        await governor.FlushAsync();
        return new(swept, failure, startedAt, _timeProvider.GetElapsedTime(began));
    }

    /// <summary>Prints, hands the reports in, and says how it ends.</summary>
    private async Task<ExitCode> ConcludeAsync(TaskRun run, Assignment assignment, TaskStop stop, GroupId? lone)
    {
        var records = assignment.Groups.ToDictionary(record => record.Group.Id);
        foreach (var group in run.Groups)
        {
            if (group.Report is { } report)
            {
                print(records[group.Group], report);
            }
        }

        var code = run.CodeOf(stop);
        if (run.Failure is { } failure)
        {
            terminal.Error.WriteLine(VisibleText.OneLine($"muster: {TaskRun.WordsOf(failure, stop)}"));
        }

        foreach (var failed in run.Groups.Where(group => group.Failure is not null))
        {
            terminal.Error.WriteLine(VisibleText.OneLine($"muster: group {records[failed.Group].Group.Name}: {failed.Failure!.Message}"));
        }

        foreach (var report in run.Reports(lone, place, code, terminal.Random, stop))
        {
            await ReportAsync(report);
        }

        return code;
    }

    private async Task ReportAsync(CheckRun report)
    {
        try
        {
            await server.ReportAsync(report, CancellationToken.None);
        }
        catch (RemoteException error)
        {
            // What the check did is in the audit trail; only its line among the group's checks is lost.
            terminal.Error.WriteLine(VisibleText.OneLine($"muster: the report of the check was not delivered: {error.Message}"));
        }
    }

    /// <summary>Asks for the assignment, and takes the store's time from it.</summary>
    private async Task<Assignment> AskAsync(Func<Task<Assignment>> ask)
    {
        var askedAt = _timeProvider.GetTimestamp();
        try
        {
            var assignment = await ask();
            _timeProvider.Adopt(assignment.Now, askedAt, _timeProvider.GetTimestamp());
            return assignment;
        }
        catch (RemoteException error)
        {
            throw new CliException(CodeOf(error.Kind), $"nothing was done: {error.Message}", error);
        }
    }

    private static ExitCode CodeOf(RemoteErrorKind kind) => kind switch
    {
        RemoteErrorKind.Unreachable or RemoteErrorKind.Unanswered => ExitCode.Unreachable,
        RemoteErrorKind.NotFound => ExitCode.NotFound,
        RemoteErrorKind.Unauthorized => ExitCode.Unauthorized,
        _ => ExitCode.Error,
    };
}
