using Muster.Core.Life;

namespace Muster.Server.Telling;

/// <summary>Tells each hook in the way that it names.</summary>
/// <param name="web">Those that name a URL.</param>
/// <param name="commands">Those that name a command.</param>
public sealed class HookVoices(IHookVoice web, IHookVoice commands) : IHookVoice
{
    /// <inheritdoc/>
    public Task TellAsync(HookCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        return (call.Whom.StartsWith(HookRules.Exec, StringComparison.Ordinal) ? commands : web).TellAsync(call, cancellationToken);
    }
}
