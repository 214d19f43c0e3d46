using Muster.Api.Client;
using Muster.Cli.Wording;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Storage;
using Muster.Server;

namespace Muster.Cli.Exits;

/// <summary>The one place that turns what goes wrong into lines on stderr and an exit code.</summary>
internal static class Failures
{
    /// <summary>Whether it is something the outside world does, and not a bug.</summary>
    public static bool Understands(Exception error) => error is
        CliException or InputException or ListenException or ApiException or ServerUnreachableException or StoreException or CloudException
        or OperationCanceledException or IOException or UnauthorizedAccessException;

    /// <summary>Writes a line for each thing that is wrong.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="output">Where it is said.</param>
    /// <param name="fields">What the user typed for the API's fields.</param>
    public static ExitCode Print(Exception error, TextWriter output, FieldNames? fields = null)
    {
        var (code, lines) = Describe(error, fields ?? FieldNames.None);
        foreach (var line in lines)
        {
            output.WriteLine($"muster: {VisibleText.OneLine(line)}");
        }

        return code;
    }

    private static (ExitCode Code, IEnumerable<string> Lines) Describe(Exception error, FieldNames fields) => error switch
    {
        CliException known => (known.Code, known.Message.Split('\n')),
        InputException input => (ExitCode.Usage, fields.Say(input.Errors)),
        ApiException api => (CodeOf(api.Problem.Status), LinesOf(api, fields)),
        ServerUnreachableException unreachable => (
            ExitCode.Unreachable,
            [unreachable.Message, "start one with 'muster dev', or say where it is with --addr or MUSTER_ADDR"]),
        ListenException listen => (ExitCode.Usage, [listen.Message]),
        StoreException store => (CodeOf(store.Kind), [store.Message]),
        CloudException cloud => (ExitCode.Error, [cloud.Message]),
        OperationCanceledException => (ExitCode.Interrupted, ["interrupted"]),
        _ => (ExitCode.Error, [error.Message]),
    };

    private static IEnumerable<string> LinesOf(ApiException error, FieldNames fields)
    {
        var problem = error.Problem;
        InputError[] errors = [.. problem.Errors.Select(wrong => new InputError(wrong.Field, wrong.Value, wrong.Allowed))];

        // Only what is wrong with a value is told field by field; of everything else the sentence says more.
        IEnumerable<string> lines = problem.Status != 400 || errors is []
            ? [fields.Say(problem.Detail, errors)]
            : fields.Say(errors);
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
