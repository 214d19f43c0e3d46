using System.Collections.Concurrent;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Server.Telling;

namespace Muster.Server.Tests.Telling;

/// <summary>A keeper that runs, whose time goes by when a test says so, and those whom it tells.</summary>
internal sealed class KeeperBed : IAsyncDisposable, IGroupReader, IHookVoice, IHookObserver
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public KeeperBed()
    {
        Keeper = new(this, this, Time, new HalfRandom(), new(), this);
        _running = Task.Run(() => Keeper.RunAsync(_stopping.Token));
    }

    public FakeTimeProvider Time { get; } = new(Held.Now);

    public HookKeeper Keeper { get; }

    /// <summary>What the store has.</summary>
    public GroupRecord? Stored { get; set; }

    /// <summary>What becomes of a call; heard, unless a test says so.</summary>
    public Func<HookCall, CancellationToken, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Every call that was made, heard or not.</summary>
    public ConcurrentQueue<HookCall> Called { get; } = new();

    /// <summary>Every call that was heard.</summary>
    public ConcurrentQueue<HookCall> Told { get; } = new();

    /// <summary>Why calls were not heard.</summary>
    public ConcurrentQueue<string> NotTold { get; } = new();

    public void Saw(GroupRecord record, int instances = 1) =>
        Keeper.Saw(record, Held.Cloud, Held.Instances(instances), Time.GetUtcNow(), TimeSpan.Zero);

    /// <summary>How often the store is yet to fail.</summary>
    public int ReadsThatFail { get; set; }

    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken) => ReadsThatFail-- > 0
        ? Task.FromException<GroupRecord?>(new StoreException(StoreErrorKind.Unavailable, "the store is away"))
        : Task.FromResult(Stored);

    public Task TellAsync(HookCall call, CancellationToken cancellationToken)
    {
        Called.Enqueue(call);
        return Answer(call, cancellationToken);
    }

    public void OnTold(HookCall call) => Told.Enqueue(call);

    public void OnNotTold(HookCall call, HookException error, TimeSpan retryIn) => NotTold.Enqueue(error.Message);

    public void OnReadFailed(Exception error, TimeSpan retryIn) => NotTold.Enqueue(error.Message);

    public void OnBroken(string what, Exception error) => Assert.Fail($"{what}: {error}");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Patiently.ForAsync(_running, "the keeper stops");
        Keeper.Dispose();
        _stopping.Dispose();
    }

    private sealed class HalfRandom : IRandomSource
    {
        public Guid NextId() => throw new NotSupportedException();

        public double NextUnit() => 0.5;
    }
}
