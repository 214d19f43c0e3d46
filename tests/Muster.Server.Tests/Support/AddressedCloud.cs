using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;

namespace Muster.Server.Tests.Support;

/// <summary>A cloud whose instances have addresses: 10.0.0.1 and an IPv6 one for the first made, and so on; the attribute port.</summary>
internal sealed class AddressedCloud(SimulatedCloud inner) : ICloud
{
    private readonly Dictionary<InstanceId, int> _numbers = [];
    private int _listings;

    /// <summary>How often it was listed.</summary>
    public int Listings => Volatile.Read(ref _listings);

    public CloudTraits Traits => inner.Traits;

    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _listings);
        await foreach (var page in inner.ListAsync(filter, cancellationToken))
        {
            yield return page with { Instances = [.. page.Instances.Select(Addressed)] };
        }
    }

    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        Addressed(await inner.LaunchAsync(request, cancellationToken));

    public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        inner.TerminateAsync(instance, cancellationToken);

    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        inner.CheckAsync(template, cancellationToken);

    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        inner.WatchAsync(installation, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private Instance Addressed(Instance instance)
    {
        int number;
        lock (_numbers)
        {
            // By the order in which they were made, whoever was seen first.
            foreach (var made in inner.Instances)
            {
                _numbers.TryAdd(made.Id, _numbers.Count + 1);
            }

            number = _numbers[instance.Id];
        }

        return instance with
        {
            Addresses = ["0.0.0.0", Text($"10.0.0.{number}"), Text($"fd00::{number}")],
            Attributes = ImmutableSortedDictionary<string, string>.Empty.Add("port", Text($"{9000 + number}")),
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
