using System.Diagnostics;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Templates;
using Muster.Nomad.Client;
using Muster.Nomad.Jobs;
using Muster.Nomad.Reconciling;
using Muster.Storage.Memory;

namespace Muster.Bench;

/// <summary>Keeping many jobs, with the store in memory and Nomad in a process of its own, so that what is counted is Muster's.</summary>
internal static class NomadRoundsBench
{
    private const int GroupsRegistered = 1000;
    private const int GroupsKept = 10_000;
    private const int Rounds = 5;

    private static readonly SystemRandomSource Random = new();

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        await using var nomad = await NomadProcess.StartAsync();
        using var client = new NomadClient(new() { Addresses = [nomad.Url] }, TimeProvider.System);
        var store = new MemoryStore(new InstallationId(Random.NextId()), TimeProvider.System);
        var account = (await store.EnsureAccountAsync(
            new() { Id = new(Random.NextId()), Name = "default", CreatedAt = TimeProvider.System.GetUtcNow() }, CancellationToken.None)).Id;
        var template = new Template
        {
            Id = new(Random.NextId()),
            Account = account,
            Name = "bench",
            Cloud = "local",
            Image = "true",
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        await store.AddTemplateAsync(template, CancellationToken.None);
        var reconciler = new JobReconciler(
            store, client, new() { Server = "http://127.0.0.1:1", Command = "/bin/true" }, new(), new(), TimeProvider.System, new Strict());

        // What is new must not be the first that this process ever does.
        await AddAsync(store, account, template.Id, from: 0, to: 10);
        await reconciler.RunAsync(CancellationToken.None);

        await AddAsync(store, account, template.Id, from: 10, to: 10 + GroupsRegistered);
        var before = await nomad.RequestsAsync();
        var startedAt = Stopwatch.GetTimestamp();
        var plan = await reconciler.RunAsync(CancellationToken.None);
        var registering = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        var registered = await nomad.RequestsAsync() - before;
        Demand(plan.Length == GroupsRegistered, $"{plan.Length} jobs were registered");

        await AddAsync(store, account, template.Id, from: 10 + GroupsRegistered, to: GroupsKept);
        await reconciler.RunAsync(CancellationToken.None);
        var rounds = new List<(double Cpu, double Wall, int Requests)>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add(await RoundAsync(reconciler, nomad));
        }

        var median = rounds.OrderBy(round => round.Cpu).ElementAt(Rounds / 2);
        return
        [
            new(
                $"nomad: registering {GroupsRegistered} groups' jobs",
                registering,
                "s",
                $"{registered} requests, {registering * 1000 / GroupsRegistered:0.0} ms each"),
            new(
                $"nomad: a round over {GroupsKept} jobs with nothing to do: CPU",
                median.Cpu,
                "s",
                $"wall {median.Wall:0.00} s, the simulated Nomad's part included",
                median.Cpu <= 0.5,
                "≤ 0.5 s"),
            new("  requests to Nomad in it", median.Requests, "requests", "", median.Requests <= 2, "≤ 2"),
        ];
    }

    private static async Task<(double Cpu, double Wall, int Requests)> RoundAsync(JobReconciler reconciler, NomadProcess nomad)
    {
        var (before, cpuBefore, startedAt) = (await nomad.RequestsAsync(), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var plan = await reconciler.RunAsync(CancellationToken.None);
        var (wall, cpu) = (Stopwatch.GetElapsedTime(startedAt), Environment.CpuUsage.TotalTime - cpuBefore);
        Demand(plan.IsEmpty, $"there was something to do: {plan.FirstOrDefault()}");
        return (cpu.TotalSeconds, wall.TotalSeconds, await nomad.RequestsAsync() - before);
    }

    private static async Task AddAsync(MemoryStore store, AccountId account, TemplateId template, int from, int to)
    {
        var now = TimeProvider.System.GetUtcNow();
        for (var number = from; number < to; number++)
        {
            var group = new Group
            {
                Id = new(Random.NextId()),
                Account = account,
                Name = $"group-{number}",
                Template = template,
                Capacity = new() { Desired = 1, Min = 0, Max = 10 },
                Interval = TimeSpan.FromMinutes(1),
                Version = 1,
                CreatedAt = now,
                UpdatedAt = now,
            };
            await store.AddGroupAsync(
                group,
                new()
                {
                    Id = new(Random.NextId()),
                    Account = account,
                    Group = group.Id,
                    Type = ActivityType.Change,
                    Status = ActivityStatus.Succeeded,
                    Description = "created",
                    FirstAt = now,
                    LastAt = now,
                },
                CancellationToken.None);
        }
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    /// <summary>A figure taken while something failed would be none.</summary>
    private sealed class Strict : IJobObserver
    {
        public void OnDone(JobAction action)
        {
        }

        public void OnFailed(string what, Exception error, TimeSpan retryIn) => throw new InvalidOperationException(what, error);
    }
}
