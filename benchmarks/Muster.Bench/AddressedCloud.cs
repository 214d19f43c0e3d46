using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;

namespace Muster.Bench;

/// <summary>Gives each instance an address of its own, and tells when one is called to come or to end.</summary>
/// <param name="inner">The cloud.</param>
internal sealed class AddressedCloud(SimulatedCloud inner) : ICloud
{
    private readonly ConcurrentDictionary<InstanceId, int> _numbers = [];
    private TaskCompletionSource<long> _launched = NewSignal();
    private TaskCompletionSource<long> _ended = NewSignal();
    private int _last;

    public SimulatedCloud Inner => inner;

    public CloudTraits Traits => inner.Traits;

    /// <summary>When the next call to launch comes, by the stopwatch.</summary>
    public Task<long> NextLaunch() => (_launched = NewSignal()).Task;

    /// <summary>When the next call to terminate comes, by the stopwatch.</summary>
    public Task<long> NextEnd() => (_ended = NewSignal()).Task;

    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in inner.ListAsync(filter, cancellationToken))
        {
            yield return page with { Instances = [.. page.Instances.Select(WithAddress)] };
        }
    }

    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        _launched.TrySetResult(Stopwatch.GetTimestamp());
        return WithAddress(await inner.LaunchAsync(request, cancellationToken));
    }

    public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        _ended.TrySetResult(Stopwatch.GetTimestamp());
        return inner.TerminateAsync(instance, cancellationToken);
    }

    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        inner.CheckAsync(template, cancellationToken);

    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        inner.WatchAsync(installation, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private Instance WithAddress(Instance instance) => instance with { Addresses = [AddressOf(instance.Id)] };

    /// <summary>The address of an instance.</summary>
    public string AddressOf(InstanceId instance)
    {
        var number = _numbers.GetOrAdd(instance, _ => Interlocked.Increment(ref _last));
        return string.Create(CultureInfo.InvariantCulture, $"127.2.{number / 250}.{(number % 250) + 1}");
    }

    private static TaskCompletionSource<long> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
