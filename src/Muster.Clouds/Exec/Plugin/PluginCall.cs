using System.Collections.Immutable;

using Muster.Clouds.Exec.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Programs;
using Muster.Core.Clouds;

namespace Muster.Clouds.Exec.Plugin;

/// <summary>One call of the executable.</summary>
/// <param name="Request">What goes to its standard input.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Mask">Takes out of what the executable says what nobody else should read.</param>
internal sealed record PluginCall(ExecRequest Request, TimeSpan Timeout, SecretMask Mask)
{
    /// <summary>A call with the mask for it: the values of the executable's environment, and what it may repeat of the request.</summary>
    public static PluginCall Of(ExecCloudOptions options, ExecRequest request, TimeSpan timeout)
    {
        var template = request.Template;
        return new PluginCall(request, timeout, new SecretMask(
        [
            .. options.Environment.Values,
            .. template?.Metadata.Values ?? [],
            .. template?.UserData is { } data ? [data] : ImmutableArray<string>.Empty,
        ]));
    }

    /// <summary>What to call an end of which nobody knows what came before.</summary>
    public CloudErrorKind Doubt =>
        Request.Operation is ExecOperation.Launch or ExecOperation.Terminate ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable;
}

/// <summary>What a call left behind when it ended well or badly, in time.</summary>
/// <param name="ExitCode">Its exit code; 128 and more when a signal ended it.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="LastWords">The last line of its standard error, masked; empty when there was none.</param>
internal sealed record PluginAnswer(int ExitCode, string Output, string LastWords);
