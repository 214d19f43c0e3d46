using System.Globalization;
using System.Text;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Triton.Errors;

/// <summary>
/// Outermost of the facade: whatever ends a request badly leaves as a line of plain text, and never with the program's internals.
/// </summary>
internal sealed partial class TsgErrors(RequestDelegate next, ILogger<TsgErrors> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: nobody is left to be told but the log, in which 499 has come to mean this.
            if (!http.Response.HasStarted)
            {
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }

            http.Abort();
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, Translate(http, error));
        }
    }

    private TsgException Translate(HttpContext http, Exception error)
    {
        if (error is TsgException told)
        {
            return told;
        }

        if (From(error) is { } known)
        {
            LogFailed(error, http.Request.Method, http.Request.Path, known.Status);
            return known;
        }

        LogUnexpected(error, http.Request.Method, http.Request.Path);
        return new(StatusCodes.Status500InternalServerError, "something unexpected happened; the server's log tells what");
    }

    private static TsgException? From(Exception error) => error switch
    {
        // The rules of the facade stand before those of the engine, so these are what only the engine knows of.
        InputException input => TsgException.Invalid(input.Message),
        CloudException cloud => new(
            ProblemTranslation.From(cloud)!.Kind.Status, $"error listing instances in TSG: {cloud.Message}", cloud.RetryAfter),
        StoreException { Kind: StoreErrorKind.Ambiguous } store => new(StatusCodes.Status503ServiceUnavailable, store.Message),
        _ when ProblemTranslation.From(error) is { } problem => new(problem.Kind.Status, problem.Message, problem.RetryAfter),
        _ => null,
    };

    private static Task WriteAsync(HttpContext http, TsgException error)
    {
        var response = http.Response;
        response.Clear();
        response.StatusCode = error.Status;
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
        }

        if (error.Message.Length == 0)
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }

        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        var body = Encoding.UTF8.GetBytes($"{error.Message}\n");
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    [LoggerMessage(1101, LogLevel.Warning, "{Method} {Path} failed with {Status}")]
    private partial void LogFailed(Exception error, string method, PathString path, int status);

    [LoggerMessage(1103, LogLevel.Error, "{Method} {Path} ended unexpectedly")]
    private partial void LogUnexpected(Exception error, string method, PathString path);
}
