using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Conformance.Clouds;

/// <summary>One cloud under test, with what the suite needs to know about it. Disposing ends every instance it made.</summary>
public abstract class CloudHarness : IAsyncDisposable
{
    /// <summary>The cloud.</summary>
    public abstract ICloud Cloud { get; }

    /// <summary>Where ids come from.</summary>
    public abstract IRandomSource Random { get; }

    /// <summary>How long the suite waits for something to happen before it calls it missing.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    /// <summary>How many instances the crowd test launches: fewer where each one costs.</summary>
    public virtual int Crowd => 100;

    /// <summary>A template whose instances come up and stay up.</summary>
    public abstract Template GoodTemplate();

    /// <summary>A template whose image does not exist.</summary>
    public abstract Template BadImageTemplate();

    /// <summary>Ends an instance behind Muster's back, as a crash would.</summary>
    public abstract Task KillAsync(Instance instance, CancellationToken cancellationToken);

    /// <summary>Lets the cloud's own time pass while the suite waits; a real cloud needs no help.</summary>
    public virtual Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
