namespace Muster.Nomad.Reconciling;

/// <summary>Hears what becomes of Nomad's jobs, for logs. Called from many threads; must neither block nor throw.</summary>
public interface IJobObserver
{
    /// <summary>Something was done.</summary>
    void OnDone(JobAction action);

    /// <summary>Something could not be done, or a round or a hurried group failed; it is tried again.</summary>
    /// <param name="what">What failed, with its name.</param>
    /// <param name="error">Why. Anything but Nomad's or the store's exception is a bug.</param>
    /// <param name="retryIn">When it is tried again.</param>
    void OnFailed(string what, Exception error, TimeSpan retryIn);
}
