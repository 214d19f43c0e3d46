using System.Collections.Concurrent;

using Microsoft.AspNetCore.Http;

namespace Muster.Simulators.Kit;

/// <summary>
/// Answers requests in the order of a real cloud: what needs no credential, credential and limits, a fault if one is due, then what is
/// asked for. Counts all of them.
/// </summary>
/// <typeparam name="T">A request that passed credential and limits.</typeparam>
internal abstract class WireServer<T>(SimulatorOptions options, IDrawing drawing, TimeProvider timeProvider) where T : Admitted
{
    private readonly ConcurrentDictionary<(string Call, int Status), int> _calls = new();
    private int _requests;

    /// <summary>The clock.</summary>
    protected TimeProvider Time => timeProvider;

    /// <summary>Requests by what they ask, such as <c>POST machines</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _calls;

    /// <summary>Answers one request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await WaitAsync(drawing.Draw(options.Latency), context.RequestAborted);
            Reply? reply;
            try
            {
                reply = await ReplyAsync(context);
            }
            catch (RefusedException refused)
            {
                reply = refused.Reply;
            }

            if (reply is not null)
            {
                await WriteAsync(context, reply);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone: there is nobody to answer.
            context.Abort();
        }
    }

    /// <summary>What is answered to anybody; null for what needs a credential.</summary>
    protected virtual Reply? AnswerAnybody(HttpRequest request) => null;

    /// <summary>Looks at credential and limits.</summary>
    /// <exception cref="RefusedException">It does not pass.</exception>
    protected abstract T Admit(HttpRequest request);

    /// <summary>Takes a request over that is answered otherwise than by one answer, as on a web socket; false leaves it.</summary>
    protected virtual Task<bool> TakeOverAsync(T admitted, HttpContext context) => Task.FromResult(false);

    /// <summary>Does what is asked.</summary>
    /// <exception cref="RefusedException">It is refused.</exception>
    protected abstract Task<Reply> DoAsync(T admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken);

    /// <summary>What a request is counted as: its method and what it is about, without ids.</summary>
    protected abstract string CallOf(HttpRequest request);

    /// <summary>Puts the headers of every answer on one.</summary>
    protected virtual void Decorate(HttpContext context, Reply reply)
    {
    }

    /// <summary>The largest body that it reads, in bytes.</summary>
    protected virtual int BodyBytesMax => 1_000_000;

    /// <summary>The refusal of a larger one.</summary>
    protected abstract RefusedException TooLarge();

    private async Task<Reply?> ReplyAsync(HttpContext context)
    {
        if (AnswerAnybody(context.Request) is { } open)
        {
            return open;
        }

        var admitted = Admit(context.Request);
        var fault = options.Faults(new(context.Request.Method, admitted.Path, Interlocked.Increment(ref _requests)));
        switch (fault)
        {
            case Fault.Answer answer:
                await WriteAsync(context, ReplyOf(answer));
                return null;
            case Fault.Reset:
                context.Abort();
                return null;
            case Fault.Slow slow:
                await WaitAsync(slow.By, context.RequestAborted);
                break;
        }

        if (await TakeOverAsync(admitted, context))
        {
            return null;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length > BodyBytesMax)
        {
            throw TooLarge();
        }

        var reply = await DoAsync(admitted, context.Request, body.ToArray(), context.RequestAborted);
        if (fault is Fault.LostAnswer)
        {
            context.Abort();
            return null;
        }

        return reply;
    }

    private static Reply ReplyOf(Fault.Answer fault)
    {
        var reply = new Reply(fault.Status, System.Text.Encoding.UTF8.GetBytes(fault.Body), fault.Html ? "text/html" : fault.ContentType);
        if (fault.RetryAfter is { } retryAfter)
        {
            reply.Headers["Retry-After"] = retryAfter;
        }

        return reply;
    }

    private async Task WriteAsync(HttpContext context, Reply reply)
    {
        _calls.AddOrUpdate((CallOf(context.Request), reply.Status), 1, (_, count) => count + 1);
        var response = context.Response;
        response.StatusCode = reply.Status;
        Decorate(context, reply);
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        if (reply.Body is { } body)
        {
            response.ContentType = reply.ContentType;
            response.ContentLength = body.Length;
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await response.Body.WriteAsync(body, context.RequestAborted);
            }
        }
    }

    private Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        wait > TimeSpan.Zero ? Task.Delay(wait, timeProvider, cancellationToken) : Task.CompletedTask;
}
