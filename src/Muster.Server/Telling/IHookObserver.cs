namespace Muster.Server.Telling;

/// <summary>Hears what becomes of telling hooks, for logs. Called from many threads; must neither block nor throw.</summary>
public interface IHookObserver
{
    /// <summary>Somebody was told.</summary>
    void OnTold(HookCall call);

    /// <summary>Somebody could not be told, and is tried again.</summary>
    /// <param name="call">What.</param>
    /// <param name="error">Why.</param>
    /// <param name="retryIn">When.</param>
    void OnNotTold(HookCall call, HookException error, TimeSpan retryIn);

    /// <summary>A group could not be read; it is tried again.</summary>
    void OnReadFailed(Exception error, TimeSpan retryIn);

    /// <summary>Something failed that should not: a bug. The others are told all the same.</summary>
    /// <param name="what">What.</param>
    /// <param name="error">How.</param>
    void OnBroken(string what, Exception error);
}
