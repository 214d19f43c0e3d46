namespace Muster.Server.Telling;

/// <summary>Tells whoever a hook names that an instance waits.</summary>
public interface IHookVoice
{
    /// <summary>Tells it once; returns when it was heard.</summary>
    /// <exception cref="HookException">It was not heard, as far as is known.</exception>
    Task TellAsync(HookCall call, CancellationToken cancellationToken);
}
