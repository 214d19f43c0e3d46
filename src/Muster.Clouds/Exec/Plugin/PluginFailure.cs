using System.Text.Json;

using Muster.Clouds.Exec.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;

namespace Muster.Clouds.Exec.Plugin;

/// <summary>What an executable that ended with something other than 0 means by it.</summary>
internal static class PluginFailure
{
    private const double SecondsMax = 365 * 86_400;

    /// <summary>The error object if it wrote one, else its exit code and last words, else doubt.</summary>
    public static CloudException Of(PluginCall call, PluginAnswer answer)
    {
        if (Read(answer.Output) is { } error)
        {
            return new CloudException(
                error.Kind is { } kind && ExecWords.Kinds.TryGetValue(kind, out var known) ? known : call.Doubt,
                call.Mask.Apply(error.Message ?? error.Kind ?? $"{call.Request.Operation} failed"),
                RetryAfter(error.RetryAfterS));
        }

        var words = answer.LastWords.Length == 0 ? $"exit code {answer.ExitCode}, and nothing on standard error" : answer.LastWords;
        return new CloudException(
            ExecWords.ExitCodes.GetValueOrDefault(answer.ExitCode, call.Doubt), $"{call.Request.Operation} failed: {words}");
    }

    // Any number may stand there; no TimeSpan holds the largest.
    private static TimeSpan? RetryAfter(double? seconds) =>
        seconds is not > 0 ? null : seconds < SecondsMax ? TimeSpan.FromSeconds(seconds.Value) : TimeSpan.FromSeconds(SecondsMax);

    /// <summary>The error object: all of the output, or its last line.</summary>
    private static ExecError? Read(string output) =>
        TryRead(output) ?? TryRead(output.TrimEnd().Split('\n')[^1]);

    private static ExecError? TryRead(string text)
    {
        try
        {
            return text.Contains("\"error\"", StringComparison.Ordinal)
                ? JsonSerializer.Deserialize(text, ExecJson.Default.ExecFailure)?.Error
                : null;
        }
        catch (JsonException)
        {
            // Half an answer, cut off by what went wrong: the exit code speaks.
            return null;
        }
    }
}
