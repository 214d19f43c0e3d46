using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Exec.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Kit.Http;

public sealed class HttpCallerTests
{
    private static readonly HttpService Service = new("moon", new("https://moon.example/"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_proves_who_asks_is_on_each_request()
    {
        string? shown = null;
        using var caller = Caller(
            (request, _) =>
            {
                shown = request.Headers.Authorization?.ToString();
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
            },
            (request, _) =>
            {
                request.Headers.Authorization = new("Bearer", "sesame");
                return ValueTask.CompletedTask;
            });

        var answer = await caller.CallAsync(HttpMethod.Get, "servers?page=2", body: null, Cancellation);

        Assert.Equal(("Bearer sesame", "moon GET /servers", true), (shown, answer.Call, answer.IsGood));
    }

    [Fact]
    public async Task Proof_that_cannot_be_had_is_told_as_it_is()
    {
        var locked = new CloudException(CloudErrorKind.Unauthorized, "the agent is locked");
        using var caller = Caller(
            (_, _) => throw new InvalidOperationException("it must not be sent"), (_, _) => ValueTask.FromException(locked));

        Assert.Same(
            locked, await Assert.ThrowsAsync<CloudException>(() => caller.CallAsync(HttpMethod.Post, "servers", body: null, Cancellation)));
    }

    public static TheoryData<Exception, CloudErrorKind> FailuresOfTheProof => new()
    {
        { new HttpRequestException(HttpRequestError.ResponseEnded), CloudErrorKind.Unavailable },
        { new IOException("the token's file is gone"), CloudErrorKind.Unavailable },
        { new CryptographicException("the key does not sign"), CloudErrorKind.Unavailable },
        { new TaskCanceledException("the token service took too long"), CloudErrorKind.Unavailable },
        { new CloudException(CloudErrorKind.Ambiguous, "the token service broke off"), CloudErrorKind.Unavailable },
        { new CloudException(CloudErrorKind.NotFound, "there is no such token"), CloudErrorKind.Unavailable },
        { new CloudException(CloudErrorKind.Throttled, "too many tokens"), CloudErrorKind.Throttled },
    };

    [Theory]
    [MemberData(nameof(FailuresOfTheProof))]
    public async Task Proof_that_fails_leaves_no_doubt_of_a_change(Exception failure, CloudErrorKind kind)
    {
        using var caller = Caller(
            (_, _) => throw new InvalidOperationException("it must not be sent"), (_, _) => ValueTask.FromException(failure));

        var error = await Assert.ThrowsAsync<CloudException>(() => caller.CallAsync(HttpMethod.Post, "servers", body: null, Cancellation));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(failure.Message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proof_that_does_not_come_in_time_leaves_no_doubt_of_a_change()
    {
        var time = new FakeTimeProvider();
        using var caller = Caller(
            (_, _) => throw new InvalidOperationException("it must not be sent"), (_, cancellationToken) => Never(time, cancellationToken),
            time: time);

        var error = await Assert.ThrowsAsync<CloudException>(() => caller.CallAsync(HttpMethod.Post, "servers", body: null, Cancellation));

        Assert.Equal(
            (CloudErrorKind.Unavailable, "moon POST /servers: what proves who asks could not be had within 60 s, and nothing was sent"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_call_that_is_given_up_while_it_waits_for_its_proof_is_cancelled()
    {
        using var giveUp = new CancellationTokenSource();
        using var caller = Caller(
            (_, _) => throw new InvalidOperationException("it must not be sent"),
            (_, cancellationToken) =>
            {
                giveUp.Cancel();
                return Never(new(), cancellationToken);
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => caller.CallAsync(HttpMethod.Post, "servers", body: null, giveUp.Token));
    }

    [Theory]
    [InlineData("GET", CloudErrorKind.Unavailable)]
    [InlineData("POST", CloudErrorKind.Ambiguous)]
    public async Task A_call_that_is_not_answered_in_time_is_a_doubt_where_it_changes_something(string method, CloudErrorKind kind)
    {
        var time = new FakeTimeProvider();
        using var caller = Caller(
            (_, cancellationToken) =>
            {
                time.Advance(Service.Timeout);
                return new TaskCompletionSource<HttpResponseMessage>().Task.WaitAsync(cancellationToken);
            },
            time: time);

        var error = await Assert.ThrowsAsync<CloudException>(() => caller.CallAsync(new(method), "servers", body: null, Cancellation));

        Assert.Equal(
            (kind, $"moon {method} /servers: moon at https://moon.example did not answer within 60 s"), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("GET", HttpRequestError.ResponseEnded, CloudErrorKind.Unavailable, "cannot be reached")]
    [InlineData("DELETE", HttpRequestError.ResponseEnded, CloudErrorKind.Ambiguous, "broke off")]
    [InlineData("DELETE", HttpRequestError.ConnectionError, CloudErrorKind.Unavailable, "cannot be reached")]
    public async Task A_connection_that_breaks_is_a_doubt_where_a_change_was_sent(
        string method, HttpRequestError broke, CloudErrorKind kind, string words)
    {
        using var caller = Caller((_, _) => throw new HttpRequestException(broke));

        var error = await Assert.ThrowsAsync<CloudException>(() => caller.CallAsync(new(method), "servers", body: null, Cancellation));

        Assert.Equal(kind, error.Kind);
        Assert.StartsWith($"moon {method} /servers: moon at https://moon.example {words}: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, CloudErrorKind.Unauthorized)]
    [InlineData(false, CloudErrorKind.Unavailable)]
    public async Task A_failed_handshake_refuses_the_credential_only_where_the_connection_proves_who_asks(bool proves, CloudErrorKind kind)
    {
        using var caller = Caller(
            (_, _) => throw new HttpRequestException(HttpRequestError.SecureConnectionError, "TLS", new AuthenticationException("no")),
            service: Service with { ConnectionProves = proves });

        var error = await Assert.ThrowsAsync<CloudException>(() => caller.CallAsync(HttpMethod.Post, "servers", body: null, Cancellation));

        Assert.Equal(kind, error.Kind);
    }

    [Fact]
    public async Task An_answer_in_HTML_is_told_as_that_of_something_in_front()
    {
        using var caller = Caller((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(" <!doctype html><title>Sign in</title>"),
        }));
        var answer = await caller.CallAsync(HttpMethod.Post, "servers", body: null, Cancellation);
        const string Front =
            "in HTML: something in front of the service answers, such as a proxy, or the address is not the service's";

        var errors = new[]
        {
            Assert.Throws<CloudException>(() => answer.Read(ExecJson.Default.ExecInstance)),
            Assert.Throws<CloudException>(() => answer.ReadElements(
                ExecJson.Default.ExecCheck, _ => (IReadOnlyList<ExecInstance?>?)null, path: null, ExecJson.Default.ExecInstance,
                _ => null)),
        };

        Assert.All(errors, error => Assert.Equal(
            (CloudErrorKind.Ambiguous, $"moon POST /servers was answered {Front}"), (error.Kind, error.Message)));
        Assert.Equal($"moon POST /servers: status 200, {Front}", answer.Failure(null).Message);
    }

    private static ValueTask Never(FakeTimeProvider time, CancellationToken cancellationToken)
    {
        time.Advance(Service.Timeout);
        return new(new TaskCompletionSource().Task.WaitAsync(cancellationToken));
    }

    private static HttpCaller Caller(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer,
        Func<HttpRequestMessage, CancellationToken, ValueTask>? authorize = null, HttpService? service = null, TimeProvider? time = null)
    {
        var handler = new AnsweringHandler(answer);
        return new(
            authorize is null ? handler : new AuthorizingHandler(handler, authorize), service ?? Service, time ?? TimeProvider.System);
    }

    /// <summary>Answers in place of a service.</summary>
    private sealed class AnsweringHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
        : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request, cancellationToken);
    }
}
