using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Health.Keeping;
using Muster.Health.Probes;

namespace Muster.Bench;

/// <summary>What probes cost: 10,000 instances over HTTP every 10 s, in 100 groups that are looked at once a minute.</summary>
internal static class HealthBench
{
    private const int Groups = 100;
    private const int InstancesEach = 100;
    private const int Instances = Groups * InstancesEach;

    // Until all connections are open, all verdicts written, and the code is compiled.
    private static readonly TimeSpan Warmth = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        await using var server = await ProbedProcess.StartAsync();
        var store = new Notes();
        using var keeper = new HealthKeeper(
            store, new Prober(TimeProvider.System, keptMax: 2 * Instances), _ => { }, TimeProvider.System, new SystemRandomSource(), new(),
            new Silence());
        using var stopping = new CancellationTokenSource();
        var running = keeper.RunAsync(stopping.Token);
        var idle = Memory();
        using var looks = TimeProvider.System.CreateTimer(_ => Look(keeper, store, server.Port), null, TimeSpan.Zero, LookEvery);
        await Task.Delay(Warmth, TimeProvider.System);

        var (before, beganAt, (askedBefore, _)) = (Cpu(), Stopwatch.GetTimestamp(), await server.CountAsync());
        var lateBefore = keeper.Figures.Late;
        await Task.Delay(Length, TimeProvider.System);
        var took = Stopwatch.GetElapsedTime(beganAt).TotalSeconds;
        var share = (Cpu() - before) / took * 100;
        var (asked, connections) = await server.CountAsync();
        var memory = (Memory() - idle) / 1024.0 / 1024.0;
        var figures = keeper.Figures;
        var late = figures.Late - lateBefore;
        await stopping.CancelAsync();
        await running;
        var rate = (asked - askedBefore) / took;
        return
        [
            new(
                $"{Instances} HTTP probes every 10 s: CPU", share, "% of a core", $"{rate:0} probes a second", share <= 20, "≤ 20 %"),
            new(
                "  memory above a keeper without any", memory, "MB", $"{store.Healthy} instances found healthy", memory <= 150, "≤ 150 MB"),
            new(
                "  probes later than 1 s", late, "", $"{lateBefore} while connections opened; {figures.Failed} failed", late == 0, "= 0"),
            new("  connections opened", connections, "", "one an instance", connections <= Instances, $"≤ {Instances}"),
        ];
    }

    private static void Look(HealthKeeper keeper, Notes store, int port)
    {
        for (var group = 0; group < Groups; group++)
        {
            keeper.Saw(
                Record(group, port, store), "bench", [.. Enumerable.Range(group * InstancesEach, InstancesEach).Select(Instance)],
                TimeProvider.System.GetUtcNow(), TimeSpan.Zero);
        }
    }

    private static GroupRecord Record(int group, int port, Notes store)
    {
        var now = TimeProvider.System.GetUtcNow();
        var account = new AccountId(Id(1));
        var template = new Core.Templates.Template
        {
            Id = new(Id(1)), Account = account, Name = "web-1", Cloud = "bench", Image = "an-image", CreatedAt = now,
        };
        var id = new GroupId(Id(group));
        return new(
            new()
            {
                Id = id,
                Account = account,
                Name = string.Create(CultureInfo.InvariantCulture, $"web{group}"),
                Template = template.Id,
                Capacity = new() { Desired = InstancesEach, Min = 0, Max = InstancesEach },
                Health = new() { Kind = ProbeKind.Http, Port = port, Path = "/healthz" },
                Version = 1,
                CreatedAt = now,
                UpdatedAt = now,
            },
            template,
            new() { Group = id },
            [])
        {
            Notes = store.Of(id),
        };
    }

    private static Instance Instance(int number) => new()
    {
        Id = new(string.Create(CultureInfo.InvariantCulture, $"i-{number:00000000}")),
        Name = string.Create(CultureInfo.InvariantCulture, $"web-{number}"),
        State = InstanceState.Running,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        Tags = ImmutableSortedDictionary<string, string>.Empty,
        Addresses = [string.Create(CultureInfo.InvariantCulture, $"127.1.{number / 250}.{(number % 250) + 1}")],
    };

    private static Guid Id(int number) => new(number, 0, 0, [0x80, 0, 0, 0, 0, 0, 0, 0]);

    private static double Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static long Memory()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>Where findings go: what a store costs is another bench's figure.</summary>
    private sealed class Notes : IMemberStore
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<GroupId, ImmutableArray<MemberNote>> _notes = [];

        public int Healthy
        {
            get
            {
                lock (_gate)
                {
                    return _notes.Values.Sum(notes => notes.Count(note => note.ServedAt is not null));
                }
            }
        }

        public ImmutableArray<MemberNote> Of(GroupId group)
        {
            lock (_gate)
            {
                return _notes.GetValueOrDefault(group, []);
            }
        }

        public Task<ImmutableArray<MemberNote>> NoteAsync(
            GroupId group, ImmutableArray<NoteChange> changes, Core.Activities.Activity? activity, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                return Task.FromResult(_notes[group] = MemberNotes.Apply(_notes.GetValueOrDefault(group, []), changes));
            }
        }
    }

    /// <summary>Says nothing but what must not be.</summary>
    internal sealed class Silence : IHealthObserver
    {
        public void OnVerdict(string group, InstanceId instance, Verdict verdict, string? why)
        {
        }

        public void OnWriteFailed(string group, int findings, Exception error, TimeSpan? retryIn) => Console.Error.WriteLine(error);

        public void OnLookFailed(string what, Exception error) => Console.Error.WriteLine(error);

        public void OnBroken(string what, Exception error) => Console.Error.WriteLine(error);
    }
}
