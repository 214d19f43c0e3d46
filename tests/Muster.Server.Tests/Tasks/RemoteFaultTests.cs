using System.Net;
using System.Net.Sockets;
using System.Text;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Tasks;

/// <summary>
/// What a level check is told when the network or the server fails it: never that nothing was written when it may have been.
/// </summary>
public sealed class RemoteFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private readonly Between _between = new();
    private RunningServer _server = null!;
    private RemoteConnection _connection = null!;
    private RemoteCheckStore _store = null!;
    private Group _group = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartDevWithTasksAsync();
        var id = (await _server.AddGroupAsync()).Json.GetProperty("id").GetGuid();
        _group = (await _server.Memory.FindGroupAsync(new GroupId(id), Cancel))!.Group;
        (_connection, _store) = Connect(_server.Address, _between);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_was_written()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (closed, unreachable) = Connect(new($"http://{listener.LocalEndpoint}"), new SocketsHttpHandler());
        listener.Stop();
        using (closed)
        {
            await FailsAsync(StoreErrorKind.Unavailable, () => TakeAsync(unreachable));
            await FailsAsync(StoreErrorKind.Unavailable, () => unreachable.ReadTimeAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_may_have_happened_and_is_not_repeated()
    {
        _between.After = Lose;

        await FailsAsync(StoreErrorKind.Ambiguous, () => TakeAsync(_store));

        Assert.Equal(1, _between.Asked);
        Assert.Equal(1, (await FoundAsync()).State.Fence);
    }

    [Fact]
    public async Task Every_write_whose_answer_is_lost_is_ambiguous()
    {
        var lease = (await TakeAsync(_store))!;
        _between.After = Lose;

        await FailsAsync(StoreErrorKind.Ambiguous, () => _store.RenewLeaseAsync(lease, Some.Start, LeaseTime, Cancel));
        await FailsAsync(StoreErrorKind.Ambiguous, () => _store.RecordAsync(lease, Some.Check(_group.Id, Some.Start), Cancel));
        await FailsAsync(StoreErrorKind.Ambiguous, () => _store.RecordIdleAsync([Some.Check(_group.Id, Some.Start)], sweep: null, Cancel));
        await FailsAsync(StoreErrorKind.Ambiguous, () => _store.RecordAndReleaseAsync(lease, Some.Check(_group.Id, Some.Start), Cancel));

        // Four writes that all happened, each asked for once.
        Assert.Equal(5, _between.Asked);
        Assert.Equal(2, (await FoundAsync()).State.Fence);
        Assert.Equal(Some.Start, (await FoundAsync()).State.CheckedAt);
    }

    [Fact]
    public async Task A_read_whose_answer_is_lost_is_asked_again()
    {
        _between.After = () =>
        {
            if (_between.Asked == 1)
            {
                Lose();
            }
        };

        Assert.Equal(_group.Id, (await _store.FindGroupAsync(_group.Id, Cancel))!.Group.Id);

        Assert.Equal(2, _between.Asked);
    }

    [Fact]
    public async Task A_read_that_never_comes_is_given_up_after_three_times()
    {
        _between.After = Lose;

        await FailsAsync(StoreErrorKind.Unavailable, () => _store.FindGroupAsync(_group.Id, Cancel));

        Assert.Equal(3, _between.Asked);
    }

    [Fact]
    public async Task A_proxys_page_says_nothing_of_whether_the_server_wrote()
    {
        _between.Before = _ => new(HttpStatusCode.BadGateway) { Content = new StringContent("<h1>502</h1>", Encoding.UTF8, "text/html") };

        var error = await FailsAsync(StoreErrorKind.Ambiguous, () => TakeAsync(_store));

        Assert.Contains("HTTP 502", error.Message, StringComparison.Ordinal);
        Assert.Contains("not from Muster", error.Message, StringComparison.Ordinal);
        await FailsAsync(StoreErrorKind.Unavailable, () => _store.ReadTimeAsync(Cancel));
    }

    [Theory]
    [InlineData("<h1>ducks</h1>")]
    [InlineData("null")]
    [InlineData("{\"lease\":3}")]
    [InlineData("{\"lease\":")]
    public async Task An_answer_that_is_not_understood_may_follow_a_write(string answer)
    {
        _between.Before = _ => new(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };

        await FailsAsync(StoreErrorKind.Ambiguous, () => TakeAsync(_store));
    }

    [Theory]
    [InlineData(StoreErrorKind.Unavailable)]
    [InlineData(StoreErrorKind.Ambiguous)]
    [InlineData(StoreErrorKind.Full)]
    [InlineData(StoreErrorKind.Unusable)]
    [InlineData(StoreErrorKind.Fenced)]
    public async Task What_the_servers_store_says_of_a_write_arrives_as_it_said_it(StoreErrorKind kind)
    {
        var lease = (await TakeAsync(_store))!;
        _server.Faults.Before = Fails(nameof(ICheckStore.RecordAsync), kind);

        var error = await FailsAsync(kind, () => _store.RecordAsync(lease, Some.Check(_group.Id, Some.Start), Cancel));

        Assert.Contains("so says the store", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_that_the_servers_store_cannot_answer_is_asked_again()
    {
        var fails = Fails(nameof(ICheckStore.LoadSweepAsync), StoreErrorKind.Unavailable);
        _server.Faults.Before = method =>
        {
            if (_between.Asked < 3)
            {
                fails(method);
            }
        };

        Assert.Single(await _store.LoadSweepAsync(new(_group.Account, "sim"), Cancel));

        Assert.Equal(3, _between.Asked);
    }

    [Fact]
    public async Task A_server_of_another_version_says_so_and_is_not_asked_again()
    {
        _between.Before = request =>
        {
            request.Headers.Remove(RemoteProtocol.VersionHeader);
            request.Headers.Add(RemoteProtocol.VersionHeader, "1");
            return null;
        };

        var error = await FailsAsync(StoreErrorKind.Unusable, () => _store.FindGroupAsync(_group.Id, Cancel));

        Assert.Contains("have the same muster on both ends", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _between.Asked);
    }

    [Fact]
    public async Task A_redirect_takes_no_token_to_another_host()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        using var redirecting = new TcpListener(IPAddress.Loopback, 0);
        redirecting.Start();
        var answering = AnswerOnceAsync(
            redirecting,
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{elsewhere.LocalEndpoint}/\r\nContent-Length: 0\r\n"
            + "Connection: close\r\n\r\n");
        using var redirected = new RemoteConnection(
            new($"http://{redirecting.LocalEndpoint}"), "mst_secret", TimeProvider.System, new SystemRandomSource());

        await FailsAsync(StoreErrorKind.Ambiguous, () => TakeAsync(new(redirected, _server.Memory.Installation)));

        Assert.Contains("Authorization: Bearer mst_secret", await answering, StringComparison.Ordinal);
        Assert.False(elsewhere.Pending());
    }

    [Theory]
    [InlineData("http://muster.example:7474")]
    [InlineData("http://192.0.2.7")]
    public void An_address_that_would_show_a_credential_to_the_network_is_refused(string address)
    {
        var error = Assert.Throws<InputException>(
            () => new RemoteConnection(new(address), "t", TimeProvider.System, new SystemRandomSource()));

        Assert.Equal("address", Assert.Single(error.Errors).Field);
    }

    [Fact]
    public async Task Whoever_may_not_is_told_so_once()
    {
        await using var guarded = await RunningServer.StartWithTasksAsync();
        var (unknown, refused) = Connect(guarded.Address, _between);
        using (unknown)
        {
            await FailsAsync(StoreErrorKind.Unusable, () => refused.ReadTimeAsync(Cancel));
        }

        Assert.Equal(1, _between.Asked);
    }

    private static void Lose() => throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection broke off");

    private static (RemoteConnection Connection, RemoteCheckStore Store) Connect(Uri address, HttpMessageHandler handler)
    {
        var connection = new RemoteConnection(address, token: null, TimeProvider.System, new SystemRandomSource(), handler);
        return (connection, new(connection, new(new SystemRandomSource().NextId())));
    }

    private static Action<string> Fails(string failing, StoreErrorKind kind) => method =>
    {
        if (method == failing)
        {
            throw new StoreException(kind, "so says the store");
        }
    };

    private static async Task<StoreException> FailsAsync(StoreErrorKind kind, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<StoreException>(action);
        Assert.True(kind == error.Kind, $"expected {kind}, got {error.Kind}: {error.Message}");
        return error;
    }

    private static async Task<string> AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        await using var stream = client.GetStream();
        var buffer = new byte[64 * 1024];
        var request = new StringBuilder();
        while (!request.ToString().Contains("\"duration\"", StringComparison.Ordinal))
        {
            request.Append(Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel)));
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), Cancel);
        return request.ToString();
    }

    private Task<GroupLease?> TakeAsync(RemoteCheckStore from) =>
        from.TryAcquireLeaseAsync(_group.Id, "task-1", expectedFence: 0, Some.Start, LeaseTime, Cancel);

    private async Task<GroupRecord> FoundAsync() => (await _server.Memory.FindGroupAsync(_group.Id, Cancel))!;
}
