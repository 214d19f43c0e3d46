using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Health.Keeping;
using Muster.Health.Probes;

namespace Muster.Health.Tests.Support;

/// <summary>A keeper whose time goes by when a test says so: nothing happens beside the test.</summary>
internal sealed class KeeperBed : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly Pump _pump = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public KeeperBed(HealthOptions? options = null)
    {
        Prober = new(Time);
        Store = new(Time);
        Keeper = new(Store, Prober, Woken.Add, Time, new HalfRandom(), options ?? new(), Heard);
        _running = _pump.Start(() => Keeper.RunAsync(_stopping.Token));
        _pump.Run();
    }

    public FakeTimeProvider Time { get; } = new(Some.Now);

    public FakeProber Prober { get; }

    public FakeMemberStore Store { get; }

    public List<GroupId> Woken { get; } = [];

    public HeardHealth Heard { get; } = new();

    public HealthKeeper Keeper { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>A whole look at the group, as the store has it, that shows these.</summary>
    public void Saw(GroupRecord record, params ImmutableArray<Instance> instances) => Saw(record, TimeSpan.Zero, instances);

    /// <summary>The same on a cloud whose listings lag.</summary>
    public void Saw(GroupRecord record, TimeSpan lag, params ImmutableArray<Instance> instances)
    {
        Keeper.Saw(record with { Notes = Store.Of(record.Group.Id) }, Some.Cloud, instances, Now, lag);
        _pump.Run();
    }

    /// <summary>Lets time go by.</summary>
    public void Pass(TimeSpan span)
    {
        for (var end = Now + span; Now < end;)
        {
            Time.Advance(Step);
            _pump.Run();
        }
    }

    /// <summary>Time goes by, and the keeper's loop comes by at the end of it only.</summary>
    public void StandStill(TimeSpan span)
    {
        Time.Advance(span);
        _pump.Run();
    }

    /// <summary>Lets time go by, with a look at the group every half a minute.</summary>
    public void PassLooking(TimeSpan span, GroupRecord record, params ImmutableArray<Instance> instances)
    {
        for (var end = Now + span; Now < end;)
        {
            Saw(record, instances);
            Pass(end - Now < TimeSpan.FromSeconds(30) ? end - Now : TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>What the store has of probes of an instance; null for nothing.</summary>
    public Finding? Finding(int number = 1, int group = 1) => Note(number, group)?.Findings.SingleOrDefault(one => one.Source == "probe");

    public MemberNote? Note(int number = 1, int group = 1) =>
        Store.Of(Some.GroupId(group)).SingleOrDefault(note => note.Instance == Some.Id(number));

    public void AllAnswer(ProbeResult result) => Prober.Answer = _ => result;

    /// <summary>Stops it, and waits for the end.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Patiently.UntilAsync(
            () =>
            {
                _pump.Run();
                return _running.IsCompleted;
            },
            "the keeper stops",
            pause: TimeSpan.FromMilliseconds(1));
        await _running;
    }

    public void Dispose()
    {
        Keeper.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A source of chance without any.</summary>
    private sealed class HalfRandom : IRandomSource
    {
        public Guid NextId() => throw new NotSupportedException();

        public double NextUnit() => 0.5;
    }
}
