using System.Runtime.CompilerServices;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Core.Reconciling;

/// <summary>A cloud behind its credential's governor: every call waits its turn, and what the cloud answers paces the next.</summary>
/// <param name="cloud">The connection; disposed with this.</param>
/// <param name="governor">The credential's; shared by every connection that uses it.</param>
/// <param name="line">Whose turn it takes; null for calls that serve many.</param>
/// <param name="looks">Who shares looks with whom; null where each looks alone.</param>
public sealed class GovernedCloud(ICloud cloud, ICallGovernor governor, ICallLine? line = null, SharedLooks? looks = null) : ICloud
{
    private static readonly GroupLine Everybody = new(default(GroupId));

    private readonly ICallLine line = line ?? Everybody;

    /// <inheritdoc/>
    public CloudTraits Traits => cloud.Traits;

    /// <summary>The governor, for figures.</summary>
    public ICallGovernor Governor => governor;

    /// <summary>Taking over what others made; null where the cloud does not offer it.</summary>
    public IInstanceAdoption? Adoption => cloud is IInstanceAdoption adoption ? new GovernedAdoption(adoption, governor) : null;

    /// <summary>A governed connection with the budgets that the cloud's traits name.</summary>
    public static GovernedCloud Over(string name, ICloud cloud, TimeProvider time) => new(
        cloud,
        new CallGovernor(
            name,
            new CallBudget(cloud.Traits.ReadsPerSecond, cloud.Traits.Burst),
            new CallBudget(cloud.Traits.WritesPerSecond, cloud.Traits.Burst),
            time));

    /// <summary>The same connection in the line of one group.</summary>
    public GovernedCloud For(GroupId group) => new(cloud, governor, new GroupLine(group), looks);

    /// <summary>The same connection in the line of one check, which shares its looks with others.</summary>
    internal GovernedCloud For(ICallLine check, SharedLooks? sharedLooks) => new(cloud, governor, check, sharedLooks);

    /// <summary>Whose turn it takes.</summary>
    internal ICallLine Line => line;

    /// <summary>One whole look by the filter, alone or with others who wait for one.</summary>
    /// <exception cref="CloudException">It could not; nothing may be concluded.</exception>
    internal Task<Observation> LookAsync(InstanceFilter filter, TimeProvider time, CancellationToken cancellationToken) =>
        looks is null ? Observation.MakeAsync(this, filter, time, cancellationToken) : looks.LookAsync(this, filter, cancellationToken);

    /// <summary>
    /// Waits for the right to make one write, to be used at once by <see cref="LaunchPermittedAsync"/>. Apart from the call, so
    /// that a launch is written down after the wait and not before: an intent must not grow old in line.
    /// </summary>
    public Task AcquireWriteAsync(CancellationToken cancellationToken) =>
        AcquireAsync(CallKind.Write, cancellationToken);

    /// <summary>Launches with a right that <see cref="AcquireWriteAsync"/> gave.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.Throttled"/> without a call, when the cloud asked for silence since the right was given.
    /// </exception>
    public async Task<Instance> LaunchPermittedAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        if (governor.Silence is var silence && silence > TimeSpan.Zero)
        {
            throw new CloudException(CloudErrorKind.Throttled, "not called: the cloud asked for silence meanwhile", silence);
        }

        try
        {
            var instance = await cloud.LaunchAsync(request, cancellationToken);
            governor.OnAnswered();
            return instance;
        }
        catch (CloudException error)
        {
            governor.OnFailed(error);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        await AcquireWriteAsync(cancellationToken);
        return await LaunchPermittedAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        await AcquireWriteAsync(cancellationToken);
        await TerminatePermittedAsync(instance, cancellationToken);
    }

    /// <summary>Terminates with a right that <see cref="AcquireWriteAsync"/> gave.</summary>
    public async Task TerminatePermittedAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        try
        {
            await cloud.TerminateAsync(instance, cancellationToken);
            governor.OnAnswered();
        }
        catch (CloudException error)
        {
            governor.OnFailed(error);
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var pages = cloud.ListAsync(filter, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isLast = false;
        while (!isLast)
        {
            await AcquireAsync(CallKind.Read, cancellationToken);
            try
            {
                if (!await pages.MoveNextAsync())
                {
                    break;
                }

                governor.OnAnswered();
            }
            catch (CloudException error)
            {
                governor.OnFailed(error);
                throw;
            }

            isLast = pages.Current.IsLast;
            yield return pages.Current;
        }
    }

    /// <inheritdoc/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        await AcquireAsync(CallKind.Read, cancellationToken);
        return await cloud.CheckAsync(template, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        cloud.WatchAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        governor.Dispose();
        await cloud.DisposeAsync();
    }

    private async Task AcquireAsync(CallKind kind, CancellationToken cancellationToken)
    {
        line.OnWaiting(kind);
        await governor.AcquireAsync(kind, line.Group, line.Urgency, cancellationToken);
        line.OnTurn(kind);
    }
}
