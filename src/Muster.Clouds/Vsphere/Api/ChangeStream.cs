using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>A property collector of its own that waits for changes. For one caller at a time.</summary>
internal sealed class ChangeStream : IAsyncDisposable
{
    // An answer without a change after this time keeps proxies from cutting the connection.
    private const int WaitSeconds = 45;

    private static readonly TimeSpan DestroyTimeout = TimeSpan.FromSeconds(5);

    private readonly VsphereApi _api;
    private readonly MoRef _collector;

    private string? _version;

    private ChangeStream(VsphereApi api, MoRef collector) => (_api, _collector) = (api, collector);

    /// <summary>Begins to listen.</summary>
    /// <param name="api">vCenter.</param>
    /// <param name="query">To what.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ChangeStream> OpenAsync(VsphereApi api, PropertyQuery query, CancellationToken cancellationToken)
    {
        var content = await api.ContentAsync(cancellationToken);
        var made = await api.LookAsync("CreatePropertyCollector", content.PropertyCollector, null, cancellationToken);
        var stream = new ChangeStream(
            api,
            made.RefOf("returnval")
                ?? throw new CloudException(
                    CloudErrorKind.Unavailable, "vsphere CreatePropertyCollector was answered without a collector"));
        try
        {
            await api.LookAsync(
                "CreateFilter",
                stream._collector,
                writer =>
                {
                    query.Write(writer, "spec");
                    writer.Flag("partialUpdates", true);
                },
                cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>What changed since the last call; at the first one, all that is there. Empty where nothing did for a while.</summary>
    public async Task<ImmutableArray<ObjectChange>> NextAsync(CancellationToken cancellationToken)
    {
        var answer = await _api.LookAsync(
            "WaitForUpdatesEx",
            _collector,
            writer =>
            {
                writer.TextIfAny("version", _version);
                writer.Element("options", () => writer.Number("maxWaitSeconds", WaitSeconds));
            },
            cancellationToken,
            TimeSpan.FromSeconds(WaitSeconds));
        if (answer["returnval"] is not { } set)
        {
            return [];
        }

        _version = set.TextOf("version")
            ?? throw new CloudException(CloudErrorKind.Unavailable, "vsphere WaitForUpdatesEx was answered without a version");
        return
        [
            .. from filter in set.All("filterSet")
               from update in filter.All("objectSet")
               let changed = ManagedObject.Read(update)
               where changed is not null
               select new ObjectChange(update.TextOf("kind") is "leave", changed),
        ];
    }

    /// <summary>Ends it, also where a call still waits.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(DestroyTimeout, _api.Time);
        try
        {
            await _api.LookAsync("DestroyPropertyCollector", _collector, null, patience.Token);
        }
        catch (Exception error) when (error is CloudException or OperationCanceledException)
        {
            // It ends with its session.
        }
    }
}
