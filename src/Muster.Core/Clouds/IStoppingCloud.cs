using Muster.Core.Instances;

namespace Muster.Core.Clouds;

/// <summary>
/// A cloud whose instances can be stopped and started again, each with its id, its name, its tags and its disk. Throws as
/// <see cref="ICloud"/> does.
/// </summary>
/// <remarks>
/// <para>
/// Both calls look at the instance first: one that is not there, is on its way out, or does not carry the installation's tag is
/// <see cref="CloudErrorKind.NotFound"/>, and nothing is done to it. Both may be repeated, also when their outcome is not known: what is
/// so already, or on its way there, is success without a call that changes anything. Both return when the cloud has taken the order, which
/// may be before it is carried out; while an instance is on its way to the other state, the cloud may refuse it as
/// <see cref="CloudErrorKind.Unavailable"/>, and it is to be asked again later.
/// </para>
/// <para>
/// An instance that rests is listed as stopped or failed, as one is that died: whose order it was, only whoever gave it remembers. Where
/// the cloud tells whether there was an order, <see cref="Instance.StoppedOnOrder"/> says so. Addresses may be others after a start.
/// </para>
/// </remarks>
public interface IStoppingCloud
{
    /// <summary>Whether <see cref="StopManner.KeepingMemory"/> can work; constant for the life of the object.</summary>
    bool CanSuspend { get; }

    /// <summary>Stops one instance, or suspends it. One that rests already, however, stays as it is.</summary>
    /// <param name="installation">Whose it must be.</param>
    /// <param name="instance">Which.</param>
    /// <param name="manner">How.</param>
    /// <param name="cancellationToken">Gives up waiting; it may happen all the same.</param>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.InvalidRequest"/>: this instance, or every one here, cannot be stopped in this manner.
    /// </exception>
    Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken);

    /// <summary>Starts one that rests, however it came to rest.</summary>
    /// <param name="installation">Whose it must be.</param>
    /// <param name="instance">Which.</param>
    /// <param name="cancellationToken">Gives up waiting; it may happen all the same.</param>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.OutOfStock"/> and <see cref="CloudErrorKind.QuotaExceeded"/>: as of a launch, and it still rests.
    /// </exception>
    Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken);
}
