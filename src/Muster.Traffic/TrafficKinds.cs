using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Traffic;
using Muster.Traffic.Balancers;
using Muster.Traffic.Consul;
using Muster.Traffic.Exec;
using Muster.Traffic.Haproxy;
using Muster.Traffic.Http;
using Muster.Traffic.Kit;
using Muster.Traffic.Nomad;

namespace Muster.Traffic;

/// <summary>The kinds of sources that a configuration may name. A new kind is a new folder and one line here.</summary>
public static class TrafficKinds
{
    /// <summary>Every kind, by name.</summary>
    public static ImmutableArray<ITrafficKind> All { get; } =
    [
        new CloudTrafficKind(),
        new ConsulKind(),
        new ExecTrafficKind(),
        new HaproxyKind(),
        new HttpTrafficKind(),
        new NomadKind(),
    ];

    /// <summary>Every kind's name, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => kind.Name).Order(StringComparer.Ordinal)];

    /// <summary>The kind of that name; null when there is none.</summary>
    public static ITrafficKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>What is wrong with a source's options, and with the files that they name. Nobody is called.</summary>
    /// <returns>Each wrong option by its name alone; none when the source can be opened as far as this machine can tell.</returns>
    /// <exception cref="InputException">There is no such kind.</exception>
    public static ImmutableArray<InputError> Check(string kind, TrafficSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var found = Known(kind, setup);
        try
        {
            // One that was never called holds nothing that takes time to give back.
            found.Open(setup).DisposeAsync().AsTask().GetAwaiter().GetResult();
            return [];
        }
        catch (InputException error)
        {
            var prefix = setup.FieldOf("");
            return [.. error.Errors.Select(wrong => wrong with { Field = wrong.Field[prefix.Length..] })];
        }
    }

    /// <summary>Opens a source. Nobody is called yet.</summary>
    /// <exception cref="InputException">There is no such kind, or an option is wrong; names every one.</exception>
    public static ITrafficSource Open(string kind, TrafficSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Known(kind, setup).Open(setup);
    }

    private static ITrafficKind Known(string kind, TrafficSetup setup) =>
        Find(kind) ?? throw new InputException(setup.FieldOf("kind"), kind, $"one of {string.Join(", ", Names)}");
}
