using Muster.Api.Client;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Storage;

namespace Muster.Cli;

/// <summary>The one place that turns what goes wrong into lines on stderr and an exit code.</summary>
internal static class Failures
{
    /// <summary>Whether it is something the outside world does, and not a bug.</summary>
    public static bool Understands(Exception error) => error is
        CliException or InputException or ApiException or ServerUnreachableException or StoreException or CloudException
        or OperationCanceledException or IOException or UnauthorizedAccessException;

    /// <summary>Writes a line for each thing that is wrong.</summary>
    public static ExitCode Print(Exception error, TextWriter output)
    {
        var (code, lines) = Describe(error);
        foreach (var line in lines)
        {
            output.WriteLine($"muster: {VisibleText.OneLine(line)}");
        }

        return code;
    }

    private static (ExitCode Code, IEnumerable<string> Lines) Describe(Exception error) => error switch
    {
        CliException known => (known.Code, known.Message.Split('\n')),
        InputException input => (ExitCode.Usage, input.Errors.Select(wrong => wrong.ToString())),
        ApiException api => (CodeOf(api.Problem.Status), LinesOf(api)),
        ServerUnreachableException unreachable => (
            ExitCode.Unreachable,
            [unreachable.Message, "start one with 'muster dev', or say where it is with --addr or MUSTER_ADDR"]),
        StoreException store => (CodeOf(store.Kind), [store.Message]),
        CloudException cloud => (ExitCode.Error, [cloud.Message]),
        OperationCanceledException => (ExitCode.Interrupted, ["interrupted"]),
        _ => (ExitCode.Error, [error.Message]),
    };

    private static IEnumerable<string> LinesOf(ApiException error)
    {
        var lines = error.Problem.Errors.Count == 0
            ? [error.Problem.Detail]
            : error.Problem.Errors.Select(field => field.Value is null
                ? $"{field.Field} is missing: {field.Allowed}"
                : $"{field.Field} is '{field.Value}': {field.Allowed}");
        return error.Problem.Status == 401
            ? lines.Append("give a bearer token in MUSTER_TOKEN or --token-file; an admin makes one with 'muster token create'")
            : lines;
    }

    private static ExitCode CodeOf(int status) => status switch
    {
        400 or 413 or 415 or 422 => ExitCode.Usage,
        401 or 403 => ExitCode.Unauthorized,
        404 or 410 => ExitCode.NotFound,
        409 or 412 or 428 => ExitCode.Conflict,
        _ => ExitCode.Error,
    };

    private static ExitCode CodeOf(StoreErrorKind kind) => kind switch
    {
        StoreErrorKind.NotFound => ExitCode.NotFound,
        StoreErrorKind.Duplicate or StoreErrorKind.Stale or StoreErrorKind.InUse => ExitCode.Conflict,
        _ => ExitCode.Error,
    };
}
