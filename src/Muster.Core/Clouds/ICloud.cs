using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Core.Clouds;

/// <summary>Where instances run. Knows instances and tags; knows nothing of groups, levels or stores.</summary>
/// <remarks>
/// Every method throws <see cref="CloudException"/> for what the outside world does, and
/// <see cref="OperationCanceledException"/> when told to stop. All methods may be called from many threads at once.
/// <c>CloudRules</c> in Muster.Clouds holds the suite that every implementation passes.
/// </remarks>
public interface ICloud : IAsyncDisposable
{
    /// <summary>What this cloud can and cannot do; constant for the life of the object.</summary>
    CloudTraits Traits { get; }

    /// <summary>Lists the instances that carry the filter's tags, a page for each call to the cloud.</summary>
    /// <remarks>
    /// Shows neither foreign instances nor those gone for good. A listing is whole only when its last page says
    /// <see cref="InstancePage.IsLast"/>: a stream that ends before was cut short and must change nothing.
    /// One move of the enumerator makes at most one call to the cloud.
    /// </remarks>
    IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken);

    /// <summary>Makes one instance, carrying every tag of the request.</summary>
    /// <remarks>
    /// With <see cref="CloudTraits.LaunchTokens"/>, idempotent by launch id: a repeat, also a concurrent one, returns the
    /// instance that the first call made, in the state it is in now, dead or alive, and never makes a second one, as long as
    /// it is there; with <see cref="CloudTraits.LaunchTokensOutlive"/>, also afterwards.
    /// </remarks>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.Ambiguous"/> when it may have happened; every other kind says that it did not.
    /// </exception>
    Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken);

    /// <summary>Ends one instance. Already gone, or on its way out, is success.</summary>
    /// <remarks>Returns when the cloud has taken the order, not when the last resource is free.</remarks>
    Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken);

    /// <summary>Checks what can be known before a launch: whether image, size and networks exist.</summary>
    /// <returns>Each thing looked at, with its verdict; never throws for a bad template.</returns>
    Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken);

    /// <summary>
    /// Streams hints that something changed. A hint only causes a look, so losing or repeating one is harmless.
    /// Only called when <see cref="CloudTraits.Watches"/>; ends only by cancellation or <see cref="CloudException"/>.
    /// </summary>
    IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken);
}
