using System.Collections.Frozen;

using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Cli.Composition;

/// <summary>Every configured cloud, opened once; closed with this.</summary>
internal sealed class CloudDirectory : ICloudDirectory, IAsyncDisposable
{
    private readonly FrozenDictionary<string, CloudEntry> byName;

    private CloudDirectory(IEnumerable<CloudEntry> entries)
    {
        Entries = [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        byName = Entries.ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> Entries { get; }

    /// <summary>Opens them all; when one cannot be opened, those before it are closed again.</summary>
    /// <exception cref="InputException">An option of one is wrong.</exception>
    /// <exception cref="CloudException">One cannot be opened.</exception>
    public static async Task<CloudDirectory> OpenAsync(
        MusterConfig config, TimeProvider time, IRandomSource random, Action<string> say)
    {
        var opened = new List<CloudEntry>();
        try
        {
            foreach (var cloud in config.Clouds)
            {
                opened.Add(CloudFactory.Open(cloud, config.Data, time, random, say));
            }

            return new(opened);
        }
        catch
        {
            await CloseAsync(opened);
            throw;
        }
    }

    /// <inheritdoc/>
    public CloudEntry? Find(string name) => byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(Entries);

    private static async Task CloseAsync(IEnumerable<CloudEntry> entries)
    {
        foreach (var entry in entries)
        {
            await entry.Cloud.DisposeAsync();
        }
    }
}
