using System.Runtime.CompilerServices;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Templates;
using Muster.Core.Traffic;

namespace Muster.Core.Governing;

/// <summary>A cloud behind its credential's governor: every call waits its turn, and what the cloud answers paces the next.</summary>
/// <remarks>
/// An operation waits for its first call here; the pace that travels with it holds back the further ones (<see cref="CallPace"/>).
/// </remarks>
/// <param name="cloud">The connection; disposed with this.</param>
/// <param name="governor">The credential's; shared by every connection that uses it.</param>
/// <param name="line">Whose turn it takes; null for calls that serve many.</param>
/// <param name="looks">Who shares looks with whom; null where each looks alone.</param>
public sealed class GovernedCloud(ICloud cloud, ICallGovernor governor, ICallLine? line = null, SharedLooks? looks = null) : ICloud
{
    private static readonly GroupLine Everybody = new(default(GroupId));

    private readonly ICallLine _line = line ?? Everybody;

    /// <inheritdoc/>
    public CloudTraits Traits => cloud.Traits;

    /// <summary>The governor, for figures.</summary>
    public ICallGovernor Governor => governor;

    /// <summary>What of it works less well than it should, in words; null when nothing does, or it cannot say.</summary>
    public string? Impairment => (cloud as IImpairable)?.Impairment;

    /// <summary>Taking over what others made; null where the cloud does not offer it.</summary>
    public IInstanceAdoption? Adoption => cloud is IInstanceAdoption adoption ? new GovernedAdoption(adoption, governor, _line) : null;

    /// <summary>The zones that launches may ask for; null where the cloud has none. Also where it is not, the list may be empty.</summary>
    public IZonedCloud? Zones => cloud is IZonedCloud { MayHaveZones: true } zoned ? new GovernedZones(zoned, governor, _line) : null;

    /// <summary>What its instances cost; null where the cloud does not tell.</summary>
    public IPricedCloud? Prices =>
        cloud is IPricedCloud { MayHavePrices: true } priced ? new GovernedPrices(priced, governor, _line) : null;

    /// <summary>How hard its instances work; null where the cloud does not tell.</summary>
    public IMeteredCloud? Usage =>
        cloud is IMeteredCloud { MayHaveUsage: true } metered ? new GovernedUsage(metered, governor, _line) : null;

    /// <summary>What it says of itself; null where the cloud cannot.</summary>
    public ISelfDescribingCloud? Description =>
        cloud is ISelfDescribingCloud describing ? new GovernedDescription(describing, governor, _line) : null;

    /// <summary>What instances left behind; null where the cloud has no parts that outlive them.</summary>
    public ICloudWithLeftovers? Leftovers =>
        cloud is ICloudWithLeftovers leaving ? new GovernedLeftovers(leaving, governor, _line) : null;

    /// <summary>Stopping and starting instances; null where the cloud cannot.</summary>
    public IStoppingCloud? Stopping =>
        cloud is IStoppingCloud stopping && Traits.Stops ? new GovernedStopping(stopping, governor, _line) : null;

    /// <summary>Tagging instances that exist; null where the cloud cannot.</summary>
    public IRetaggingCloud? Retagging => cloud is IRetaggingCloud retagging ? new GovernedRetagging(retagging, governor, _line) : null;

    /// <summary>Its load balancers; null where the cloud has none that Muster knows.</summary>
    public IBalancingCloud? Balancing => cloud is IBalancingCloud balancing ? new GovernedBalancing(balancing, governor, _line) : null;

    /// <summary>Reading machines into templates; null where the cloud cannot.</summary>
    public ITemplateReadingCloud? TemplateReading =>
        cloud is ITemplateReadingCloud reading ? new GovernedTemplateReading(reading, governor, _line) : null;

    /// <summary>A governed connection with the budgets that the cloud's traits name.</summary>
    public static GovernedCloud Over(string name, ICloud cloud, TimeProvider timeProvider) => new(
        cloud,
        new CallGovernor(
            name,
            new CallBudget(cloud.Traits.ReadsPerSecond, cloud.Traits.Burst) { Windows = cloud.Traits.ReadWindows },
            new CallBudget(cloud.Traits.WritesPerSecond, cloud.Traits.Burst) { Windows = cloud.Traits.WriteWindows },
            timeProvider));

    /// <summary>The same connection in the line of one group.</summary>
    public GovernedCloud For(GroupId group) => new(cloud, governor, new GroupLine(group), looks);

    /// <summary>The same connection in the line of one check, which shares its looks with others.</summary>
    internal GovernedCloud For(ICallLine check, SharedLooks? sharedLooks) => new(cloud, governor, check, sharedLooks);

    /// <summary>Whose turn it takes.</summary>
    internal ICallLine Line => _line;

    /// <summary>One whole look by the filter, alone or with others who wait for one.</summary>
    /// <exception cref="CloudException">It could not; nothing may be concluded.</exception>
    internal Task<Observation> LookAsync(InstanceFilter filter, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        looks is null
            ? Observation.MakeAsync(this, filter, timeProvider, cancellationToken)
            : looks.LookAsync(this, filter, cancellationToken);

    /// <summary>
    /// Waits for the right to make one write, to be used at once by <see cref="LaunchPermittedAsync"/>. Apart from the call, so
    /// that a launch is written down after the wait and not before: an intent must not grow old in line.
    /// </summary>
    public Task AcquireWriteAsync(CancellationToken cancellationToken) =>
        governor.AcquireAsync(CallKind.Write, _line, cancellationToken);

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

        return await MakeAsync(CallKind.Write, () => cloud.LaunchAsync(request, cancellationToken));
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
    public Task TerminatePermittedAsync(InstanceId instance, CancellationToken cancellationToken) => MakeAsync(
        CallKind.Write,
        async () =>
        {
            await cloud.TerminateAsync(instance, cancellationToken);
            return true;
        });

    /// <summary>Puts one to rest, with a right that <see cref="AcquireWriteAsync"/> gave.</summary>
    /// <exception cref="CloudException">Also <see cref="CloudErrorKind.InvalidRequest"/> where the cloud cannot.</exception>
    public Task RestPermittedAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        PowerAsync(stopping => stopping.StopAsync(installation, instance, manner, cancellationToken));

    /// <summary>Starts one that rests, with a right that <see cref="AcquireWriteAsync"/> gave.</summary>
    /// <exception cref="CloudException">Also <see cref="CloudErrorKind.InvalidRequest"/> where the cloud cannot.</exception>
    public Task StartPermittedAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        PowerAsync(stopping => stopping.StartAsync(installation, instance, cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var pages = cloud.ListAsync(filter, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isLast = false;
        while (!isLast)
        {
            await governor.AcquireAsync(CallKind.Read, _line, cancellationToken);
            if (!await MakeAsync(CallKind.Read, () => pages.MoveNextAsync().AsTask()))
            {
                break;
            }

            isLast = pages.Current.IsLast;
            yield return pages.Current;
        }
    }

    /// <inheritdoc/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        await governor.AcquireAsync(CallKind.Read, _line, cancellationToken);
        return await MakeAsync(CallKind.Read, () => cloud.CheckAsync(template, cancellationToken));
    }

    /// <inheritdoc/>
    /// <remarks>Waiting for a change is no call; opening the stream and looking at what changed are.</remarks>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var changes = cloud.WatchAsync(installation, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(changes))
        {
            yield return changes.Current;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        governor.Dispose();
        await cloud.DisposeAsync();
    }

    /// <summary>A change is no answer to a call, and a stream that ends is no call that failed: only a wish for silence is heard.</summary>
    private async Task<bool> NextAsync(IAsyncEnumerator<CloudChange> changes)
    {
        GovernedPace.Begin(governor, _line, held: null);
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (CloudException error) when (GovernedPace.ThrottledIn(error) is { } throttled)
        {
            governor.OnFailed(throttled);
            throw;
        }
    }

    private Task<bool> PowerAsync(Func<IStoppingCloud, Task> order) => MakeAsync(
        CallKind.Write,
        async () =>
        {
            await order(cloud as IStoppingCloud ?? throw new CloudException(
                CloudErrorKind.InvalidRequest, "this cloud cannot stop its instances and start them again"));
            return true;
        });

    private async Task<T> MakeAsync<T>(CallKind held, Func<Task<T>> operation)
    {
        GovernedPace.Begin(governor, _line, held);
        try
        {
            var made = await operation();
            governor.OnAnswered();
            return made;
        }
        catch (CloudException error)
        {
            GovernedPace.Tell(governor, error);
            throw;
        }
    }
}
