using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>Asks for machines with no more of each than Muster needs.</summary>
/// <remarks>
/// A server that does not know single entries of <c>extraConfig</c> is asked for all of them from then on: see
/// docs/decisions/0311-marks-of-a-clone.md.
/// </remarks>
internal sealed class VmQuery(VsphereApi api)
{
    /// <summary>Machines on a page: about half a mebibyte.</summary>
    public const int PageSize = 500;

    private const string Machine = "VirtualMachine";

    private volatile bool _isKeyed = true;

    /// <summary>The first page of the machines of a folder, and of folders in it.</summary>
    public Task<(ImmutableArray<ManagedObject> Objects, string? Next)> FirstAsync(MoRef folder, CancellationToken cancellationToken) =>
        AskAsync(paths => api.RetrieveAsync(OfFolder(folder, paths), PageSize, cancellationToken), page => page.Objects);

    /// <summary>One machine; null where it is gone.</summary>
    public Task<ManagedObject?> FindAsync(MoRef machine, CancellationToken cancellationToken) =>
        AskAsync(paths => api.FindAsync(machine, paths, cancellationToken), one => one is null ? [] : [one]);

    /// <summary>Listens to the machines of a folder.</summary>
    public Task<ChangeStream> ListenAsync(MoRef folder, CancellationToken cancellationToken) =>
        AskAsync(paths => ChangeStream.OpenAsync(api, OfFolder(folder, paths), cancellationToken), _ => []);

    private static PropertyQuery OfFolder(MoRef folder, ImmutableArray<string> paths) =>
        new(folder, [PropertyQuery.Folders], [(Machine, paths)]);

    private async Task<T> AskAsync<T>(Func<ImmutableArray<string>, Task<T>> ask, Func<T, ImmutableArray<ManagedObject>> objects)
    {
        if (_isKeyed)
        {
            try
            {
                var answer = await ask(VmReader.Paths(isKeyed: true));
                if (!objects(answer).SelectMany(one => one.Missing)
                    .Any(missing => missing.Fault.Type is "InvalidProperty" && IsEntry(missing.Path)))
                {
                    return answer;
                }
            }
            catch (CloudException error) when (VsphereErrors.FaultOf(error) is { Type: "InvalidProperty" })
            {
                CallPace.Survived(error);
            }

            _isKeyed = false;
        }

        return await ask(VmReader.Paths(isKeyed: false));
    }

    private static bool IsEntry(string path) => path.StartsWith(VmReader.Extra, StringComparison.Ordinal);
}
