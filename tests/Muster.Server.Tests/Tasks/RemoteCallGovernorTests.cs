using System.Net;
using System.Text;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote;

namespace Muster.Server.Tests.Tasks;

/// <summary>Checks elsewhere call a cloud by the budget of the server, which all have in common. Its clock is the test's.</summary>
public sealed class RemoteCallGovernorTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _timeProvider = new(TimeProvider.System.GetUtcNow());
    private readonly Between _between = new();
    private TaskBed _bed = null!;
    private RemoteConnection _connection = null!;
    private RemoteConnection _other = null!;
    private Group _second = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ICallGovernor Own => _bed.Server.Clouds.Find(_bed.Mine.Account, "sim")!.Cloud.Governor;

    public async ValueTask InitializeAsync()
    {
        _bed = await TaskBed.StartAsync(governorTime: _timeProvider);
        _second = await _bed.AddGroupAsync("default");
        _connection = _bed.Connect(_between);
        _other = _bed.Connect();
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _other.Dispose();
        await _bed.DisposeAsync();
    }

    [Fact]
    public async Task Calls_made_elsewhere_come_out_of_the_servers_budget()
    {
        var (first, later) = (Of(_connection, _bed.Mine), Of(_other, _second));

        await first.AcquireAsync(CallKind.Read, _bed.Mine.Id, Cancel);
        await first.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);
        var waiting = later.AcquireAsync(CallKind.Read, _second.Id, Cancel);
        await WaitingAsync(1);

        Assert.False(waiting.IsCompleted);
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        await waiting;
        Assert.Equal((2, 1), (Own.Figures.Reads, Own.Figures.Writes));
        Assert.Equal((1, 1, 1), (first.Figures.Reads, first.Figures.Writes, later.Figures.Reads));
    }

    [Fact]
    public async Task A_group_that_asks_for_much_does_not_keep_another_waiting()
    {
        var (greedy, modest) = (Of(_connection, _bed.Mine), Of(_other, _second));
        await greedy.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);
        var many = Enumerable.Range(0, 5).Select(_ => greedy.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel)).ToList();
        await WaitingAsync(5);
        var one = modest.AcquireAsync(CallKind.Write, _second.Id, Cancel);
        await WaitingAsync(6);

        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        await WaitingAsync(5);
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));

        await one;
        await WaitingAsync(4);
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        await Task.WhenAll(many);
    }

    [Fact]
    public async Task The_calls_of_a_sweep_go_by_the_same_budget()
    {
        var sweep = RemoteCallGovernor.Of(_connection, new SweepKey(_bed.Mine.Account, "sim"), TimeProvider.System);

        await sweep.AcquireAsync(CallKind.Read, flow: default, Cancel);
        await sweep.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);

        Assert.Equal((1, 1), (Own.Figures.Reads, Own.Figures.Writes));
    }

    [Fact]
    public async Task A_wait_that_grows_long_is_asked_for_again()
    {
        var answers = new Queue<string>(["""{"is_granted":false,"silence":"00:00:07"}""", """{"is_granted":true,"silence":"00:00:00"}"""]);
        _between.Before = _ => Json(answers.Dequeue());
        var governor = Of(_connection, _bed.Mine);

        await governor.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);

        Assert.Equal(2, _between.Asked);
        Assert.Equal(1, governor.Figures.Writes);
    }

    [Fact]
    public async Task The_server_answers_before_a_proxy_would_give_up()
    {
        var governor = Of(_connection, _bed.Mine);
        await governor.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);

        var waiting = governor.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);
        await Patiently.UntilAsync(() => _between.Asked >= 3, "the server was asked three times");

        await WaitingAsync(1);
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        await waiting;
        Assert.Equal(2, Own.Figures.Writes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_one_task_had_throttled_silences_its_accounts_tasks_whether_others_call_too_or_not(bool isAlone)
    {
        if (isAlone)
        {
            await _bed.LeaveAsync(_bed.Theirs);
        }

        var (throttled, sibling) = (Of(_connection, _bed.Mine), Of(_other, _second));
        await throttled.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);
        var began = TimeProvider.System.GetTimestamp();

        throttled.OnFailed(new(CloudErrorKind.Throttled, "slow down", TimeSpan.FromSeconds(2)));
        await throttled.FlushAsync();

        Assert.Equal(TimeSpan.Zero, Own.Silence);
        Assert.Equal((0, 1), (Own.Figures.Throttled, Own.Figures.Failed));
        await sibling.AcquireAsync(CallKind.Read, _second.Id, Cancel);
        Assert.True(TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(1.5), "the account's other task was not held back");
    }

    [Fact]
    public async Task A_silence_that_the_server_keeps_is_known_to_who_has_a_permit_already()
    {
        var governor = Of(_connection, _bed.Mine);
        _between.Before = _ => Json("""{"is_granted":true,"silence":"00:01:00"}""");

        await governor.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);

        Assert.InRange(governor.Silence, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
        Assert.NotNull(governor.Figures.ClosedUntil);
    }

    [Fact]
    public async Task What_failed_is_told_at_the_end_and_once()
    {
        var governor = Of(_connection, _bed.Mine);
        governor.OnFailed(new(CloudErrorKind.Unavailable, "gone"));
        governor.OnFailed(new(CloudErrorKind.Unauthorized, "no"));

        await governor.FlushAsync();
        await governor.FlushAsync();

        Assert.Equal(2, Own.Figures.Failed);
        Assert.Equal(1, _between.Asked);
    }

    [Fact]
    public async Task What_failed_goes_with_the_next_call()
    {
        var governor = Of(_connection, _bed.Mine);
        governor.OnFailed(new(CloudErrorKind.Unavailable, "gone"));

        await governor.AcquireAsync(CallKind.Read, _bed.Mine.Id, Cancel);
        await governor.FlushAsync();

        Assert.Equal(1, Own.Figures.Failed);
        Assert.Equal(1, _between.Asked);
    }

    [Fact]
    public async Task A_server_that_is_away_lets_nothing_be_called_and_hears_all_of_it_later()
    {
        var governor = Of(_connection, _bed.Mine);
        governor.OnFailed(new(CloudErrorKind.Unavailable, "gone"));
        _between.Before = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "nobody listens");

        var error = await Assert.ThrowsAsync<StoreException>(() => governor.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel));
        governor.OnFailed(new(CloudErrorKind.Throttled, "slow down", TimeSpan.FromSeconds(20)));
        await governor.FlushAsync();

        Assert.Equal(StoreErrorKind.Unavailable, error.Kind);
        Assert.Contains("cloud sim", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (Own.Figures.Writes, Own.Figures.Failed));
        _between.Before = null;
        await governor.FlushAsync();
        Assert.Equal((2, 0), (Own.Figures.Failed, Own.Figures.Throttled));
        Assert.InRange(governor.Silence, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_takes_no_turn()
    {
        var governor = Of(_connection, _bed.Mine);
        await governor.AcquireAsync(CallKind.Write, _bed.Mine.Id, Cancel);
        using var stop = new CancellationTokenSource();
        var waiting = governor.AcquireAsync(CallKind.Write, _bed.Mine.Id, stop.Token);
        await WaitingAsync(1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await WaitingAsync(0);
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        await Of(_other, _second).AcquireAsync(CallKind.Write, _second.Id, Cancel);
        Assert.Equal(2, Own.Figures.Writes);
    }

    private static RemoteCallGovernor Of(RemoteConnection connection, Group group) =>
        RemoteCallGovernor.Of(connection, group.Id, "sim", TimeProvider.System);

    private static HttpResponseMessage Json(string body) =>
        new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <summary>Until that many stand in line at the server: nothing tells of it.</summary>
    private Task WaitingAsync(int count) =>
        Patiently.UntilAsync(() => Own.Figures.Waiting == count, $"{count} stand in line at the server");
}
