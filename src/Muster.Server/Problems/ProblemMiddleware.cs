using Muster.Server.Logging;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Muster.Api;
using Muster.Api.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Problems;

/// <summary>Outermost: whatever ends a request badly leaves as problem details, and never with the program's internals.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger, TimeProvider timeProvider)
{
    /// <summary>How often the log repeats that one thing is wrong: every request meets a full disk.</summary>
    private static readonly TimeSpan SaidEvery = TimeSpan.FromMinutes(1);

    // When each kind of trouble was last said, by its code.
    private readonly ConcurrentDictionary<string, long> _said = new(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && KindOf(http.Response.StatusCode) is { } kind)
            {
                await WriteAsync(http, new(kind, Detail(kind, http.Request)));
            }
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

    /// <summary>Writes a problem as the answer.</summary>
    public static Task WriteAsync(HttpContext http, ProblemException problem)
    {
        var response = http.Response;
        var allow = response.Headers.Allow;
        response.Clear();
        response.Headers.Allow = allow;
        response.StatusCode = problem.Kind.Status;
        response.ContentType = ProblemView.ContentType;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
        }

        if (problem.Kind.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer realm=\"muster\"";
        }

        var view = new ProblemView
        {
            Type = problem.Kind.Type,
            Title = problem.Kind.Title,
            Status = problem.Kind.Status,
            Detail = problem.Message,
            Instance = Occurrence(http),
            Code = problem.Kind.Code,
            Errors = [.. problem.Errors.Select(
                error => new FieldErrorView { Field = error.Field, Value = error.Value, Allowed = error.Allowed })],
        };
        return JsonSerializer.SerializeAsync(response.Body, view, ApiJson.Readable.ProblemView, http.RequestAborted);
    }

    private ProblemException Translate(HttpContext http, Exception error)
    {
        var (occurrence, path) = (Occurrence(http), new LoggedPath(http.Request.Path));
        if (ProblemTranslation.From(error) is not { } problem)
        {
            LogUnexpected(error, http.Request.Method, path, occurrence);
            return new(ProblemKinds.Internal, "something unexpected happened; the server's log has it under the id in 'instance'");
        }

        if (problem.Kind.Status >= StatusCodes.Status500InternalServerError)
        {
            // Stores and clouds say in words what is wrong with them; the stack is this program's, and says nothing of that.
            var level = IsNews(problem.Kind.Code) ? LogLevel.Warning : LogLevel.Debug;
            LogFailed(level, http.Request.Method, path, problem.Kind.Code, problem.Message, occurrence);
        }

        return problem;
    }

    private bool IsNews(string code)
    {
        var now = timeProvider.GetTimestamp();
        var isNews = !_said.TryGetValue(code, out var at) || timeProvider.GetElapsedTime(at, now) >= SaidEvery;
        if (isNews)
        {
            _said[code] = now;
        }

        return isNews;
    }

    /// <summary>What an answer that only carries a status means.</summary>
    private static ProblemKind? KindOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ProblemKinds.MalformedRequest,
        StatusCodes.Status404NotFound => ProblemKinds.UnknownPath,
        StatusCodes.Status405MethodNotAllowed => ProblemKinds.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => ProblemKinds.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => ProblemKinds.UnsupportedMediaType,
        _ => null,
    };

    private static string Detail(ProblemKind kind, HttpRequest request) => kind.Status switch
    {
        StatusCodes.Status404NotFound => $"there is nothing at {new LoggedPath(request.Path)}",
        StatusCodes.Status405MethodNotAllowed => $"{new LoggedPath(request.Path)} does not take {request.Method}",
        StatusCodes.Status415UnsupportedMediaType => $"the body is sent as '{request.ContentType}', and application/json is expected",
        _ => kind.Title,
    };

    private static string Occurrence(HttpContext http) =>
        $"urn:muster:request:{Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier}";

    [LoggerMessage(1001, LogLevel.Error, "{Method} {Path} ended unexpectedly ({Occurrence})")]
    private partial void LogUnexpected(Exception error, string method, LoggedPath path, string occurrence);

    [LoggerMessage(
        EventId = 1002, Message = "{Method} {Path} failed: {Code}: {Reason} ({Occurrence}); within a minute the same is said at debug")]
    private partial void LogFailed(LogLevel level, string method, LoggedPath path, string code, string reason, string occurrence);
}
