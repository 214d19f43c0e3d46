using System.Net;
using System.Net.Sockets;
using System.Text;

using Muster.Cli.Exits;
using Muster.Cli.Hello;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Hello;

public sealed class HelloServerTests : IDisposable
{
    private readonly HelloServer _server = new("web-1");
    private readonly Thread _serving;
    private readonly HttpClient _http;

    public HelloServerTests()
    {
        _server.Listen(0);
        _serving = new Thread(_server.Serve);
        _serving.Start();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_server.Port}") };
    }

    public void Dispose()
    {
        _http.Dispose();
        _server.Stop();
        Assert.True(_serving.Join(TimeSpan.FromSeconds(10)), "the server stops when told to");
        _server.Dispose();
    }

    [Fact]
    public async Task It_says_who_it_is()
    {
        var text = await _http.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal($"Hello from web-1, pid {Environment.ProcessId}, port {_server.Port}\n", text);
    }

    [Theory]
    [InlineData("GET", "/healthz", HttpStatusCode.OK)]
    [InlineData("HEAD", "/", HttpStatusCode.OK)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "/", HttpStatusCode.MethodNotAllowed)]
    public async Task It_answers_as_a_web_server_does(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Once_told_to_be_sick_it_says_so_to_a_health_check_and_serves_everybody_else()
    {
        using var told = await _http.PostAsync("/sick", content: null, TestContext.Current.CancellationToken);
        using var health = await _http.GetAsync("/healthz", TestContext.Current.CancellationToken);
        using var served = await _http.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK],
            [told.StatusCode, health.StatusCode, served.StatusCode]);
    }

    [Fact]
    public async Task It_works_on_request_and_counts_what_it_was_asked_but_not_who_looks_after_it()
    {
        foreach (var path in new[] { "/?1", "/work", "/work?ms=1", "/healthz", "/metrics" })
        {
            await _http.GetStringAsync(path, TestContext.Current.CancellationToken);
        }

        var figures = await _http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Contains("\nhello_requests_total 3\n", figures, StringComparison.Ordinal);
        Assert.Contains("\nprocess_cpu_seconds_total ", figures, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x10", "ms is '0x10': a whole number up to 1000")]
    [InlineData("1001", "ms is '1001': a whole number up to 1000")]
    public async Task Work_that_is_too_much_or_no_number_is_refused(string time, string error)
    {
        using var response = await _http.GetAsync($"/work?ms={time}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal($"{error}\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("no http at all\r\n\r\n")]
    public async Task What_is_no_request_is_refused_and_the_next_one_is_answered(string noise)
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, _server.Port, TestContext.Current.CancellationToken);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(noise), TestContext.Current.CancellationToken);
            client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            Assert.StartsWith(
                "HTTP/1.1 400 ", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        Assert.Equal("ok\n", await _http.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Many_at_once_are_all_answered()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => _http.GetStringAsync("/healthz", TestContext.Current.CancellationToken)));

        Assert.All(answers, answer => Assert.Equal("ok\n", answer));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        var run = await CliRun.Of("hello", "--port", $"{_server.Port}");

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains($"127.0.0.1:{_server.Port}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PORT_that_is_none_is_refused()
    {
        var run = await CliRun.Of(new Dictionary<string, string> { ["PORT"] = "http" }, "hello");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("muster: PORT is 'http': a whole number from 0 to 65535", Assert.Single(run.ErrorLines));
    }
}
