using System.Net;
using System.Net.Sockets;
using System.Text;

using Microsoft.Extensions.Time.Testing;

using Muster.Api;
using Muster.Api.Client;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Client;

public sealed class MusterClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_nobody_answers_the_address_is_named()
    {
        int port;
        using (var taken = new TcpListener(IPAddress.Loopback, 0))
        {
            taken.Start();
            port = ((IPEndPoint)taken.LocalEndpoint).Port;
        }

        using var client = new MusterClient(new($"http://127.0.0.1:{port}"));

        var unreachable = await Assert.ThrowsAsync<ServerUnreachableException>(() => client.GetStatusAsync(Cancel));
        Assert.Contains($"http://127.0.0.1:{port}", unreachable.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ServerUnreachableException>(async () =>
        {
            await foreach (var _ in client.FollowEventsAsync(cancellationToken: Cancel))
            {
            }
        });
    }

    [Theory]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("/v1")]
    public void An_address_that_is_none_is_named(string address) =>
        Assert.Contains(
            address,
            Assert.Throws<ArgumentException>(() => new MusterClient(new(address, UriKind.RelativeOrAbsolute))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task An_answer_that_is_not_from_a_Muster_server_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new MusterClient(new($"http://127.0.0.1:{port}"));

        var refused = Assert.ThrowsAsync<ApiException>(() => client.GetStatusAsync(Cancel));
        await AnswerAsync(
            listener, "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
        Assert.Equal("unexpected_answer", (await refused).Problem.Code);

        var garbled = Assert.ThrowsAsync<ServerUnreachableException>(() => client.GetStatusAsync(Cancel));
        await AnswerAsync(listener, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>");
        Assert.Contains("not Muster's", (await garbled).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_is_told_in_one_sentence_that_names_every_wrong_field()
    {
        await using var server = await RunningServer.StartDevAsync();

        var refused = await Assert.ThrowsAsync<ApiException>(
            () => server.Client.CreateTemplateAsync(new() { Name = "a b", Cloud = "sim" }, cancellationToken: Cancel));

        Assert.Contains("name is 'a b': ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("image is missing: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_pages_are_read_as_one()
    {
        await using var server = await RunningServer.StartDevAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            await server.AddTemplateAsync(name);
        }

        var names = new List<string>();
        await foreach (var template in MusterClient.AllAsync(
            page => server.Client.ListTemplatesAsync(page with { Limit = 2 }, cancellationToken: Cancel), Cancel))
        {
            names.Add(template.Name);
        }

        Assert.Equal(["a", "b", "c", "d", "e"], names);
    }

    [Fact]
    public async Task Pages_that_go_round_in_a_circle_or_never_end_are_refused()
    {
        var asked = 0;
        var circle = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(page => page.Cursor == "a" ? "b" : "a"));
        var endless = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(_ => $"page {asked++}"));

        Assert.Equal(
            "the server's listing is not believed: page 3 names 'a' as the next page, and so did an earlier one: they go round in a circle",
            circle.Message);
        Assert.Equal("the server's listing is not believed: it has more than 10000 pages", endless.Message);
        Assert.Equal(10_000, asked);

        static async Task ReadAsync(Func<PageQuery, string> next)
        {
            await foreach (var _ in MusterClient.AllAsync(
                page => Task.FromResult(new PageView<string> { Items = [], NextCursor = next(page) }), Cancel))
            {
            }
        }
    }

    [Fact]
    public async Task Any_name_that_is_allowed_finds_its_way_through_a_path()
    {
        await using var server = await RunningServer.StartDevAsync();
        foreach (var name in new[] { "check", "a.b", "-", "_", "...", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", new string('x', 182) })
        {
            await server.AddGroupAsync(name);

            Assert.Equal(name, (await server.Client.GetGroupAsync(name, Cancel)).Name);
        }
    }

    [Fact]
    public async Task A_stream_that_falls_silent_is_left_and_taken_up_where_it_was()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var timeProvider = new FakeTimeProvider();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var client = new MusterClient(
            new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), timeProvider: timeProvider);
        await using var events = client.FollowEventsAsync(after: 3, cancellationToken: stop.Token).GetAsyncEnumerator(stop.Token);

        // The first server tells of one thing and then dies without closing its connection.
        var next = events.MoveNextAsync().AsTask();
        using var silent = await listener.AcceptTcpClientAsync(Cancel);
        Assert.Contains("Last-Event-ID: 3", await HeadAsync(silent), StringComparison.Ordinal);
        await silent.GetStream().WriteAsync(
            Encoding.UTF8.GetBytes(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                + "id: 7\nevent: activity\ndata: null\n\n"
                + "id: 7\ndata: {\"id\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\",\"group_id\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\","
                + "\"type\":\"hold\",\"status\":\"succeeded\",\"description\":\"d\",\"author\":\"a\",\"count\":1,"
                + "\"first_at\":\"2026-01-01T00:00:00Z\",\"last_at\":\"2026-01-01T00:00:00Z\",\"position\":7}\n\n"),
            Cancel);
        Assert.True(await next);
        next = events.MoveNextAsync().AsTask();

        var again = listener.AcceptTcpClientAsync(Cancel).AsTask();
        await Patiently.UntilAsync(
            () =>
            {
                // First the silence ends the wait for bytes, then the pause before the next attempt is over.
                timeProvider.Advance(TimeSpan.FromSeconds(20));
                return again.IsCompleted;
            },
            "the follower connects again");

        using var second = await again;
        Assert.Contains("Last-Event-ID: 7", await HeadAsync(second), StringComparison.Ordinal);
        Assert.False(next.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static async Task<string> HeadAsync(TcpClient connection)
    {
        using var reader = new StreamReader(connection.GetStream(), leaveOpen: true);
        var head = new System.Text.StringBuilder();
        while (await reader.ReadLineAsync(Cancel) is { Length: > 0 } line)
        {
            head.AppendLine(line);
        }

        return head.ToString();
    }

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using var connection = await listener.AcceptTcpClientAsync(Cancel);
        await using var stream = connection.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: Cancel);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), Cancel);
    }
}
