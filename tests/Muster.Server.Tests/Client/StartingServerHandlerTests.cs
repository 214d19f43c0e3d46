using System.Net;
using System.Net.Sockets;

using Muster.Api.Client;

namespace Muster.Server.Tests.Client;

public sealed class StartingServerHandlerTests
{
    private static readonly Uri Address = new("http://127.0.0.1:7474/v1/status");

    [Fact]
    public async Task A_server_that_listens_a_moment_later_is_asked_again()
    {
        using var refusals = new Refusing(3, SocketError.ConnectionRefused);
        using var client = new HttpClient(new StartingServerHandler(refusals, TimeProvider.System));

        using var answer = await client.GetAsync(Address, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, 4), (answer.StatusCode, refusals.Tries));
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, 2, int.MaxValue)]
    [InlineData(SocketError.ConnectionReset, 1, 1)]
    public async Task One_that_never_listens_is_told_and_a_line_that_broke_is_not_tried_again(SocketError error, int least, int most)
    {
        using var refusals = new Refusing(int.MaxValue, error);
        using var client = new HttpClient(new StartingServerHandler(refusals, TimeProvider.System));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Address, TestContext.Current.CancellationToken));

        Assert.InRange(refusals.Tries, least, most);
    }

    private sealed class Refusing(int times, SocketError error) : HttpMessageHandler
    {
        public int Tries { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Tries++ < times
                ? Task.FromException<HttpResponseMessage>(new HttpRequestException("no", new SocketException((int)error)))
                : Task.FromResult(new HttpResponseMessage());
    }
}
