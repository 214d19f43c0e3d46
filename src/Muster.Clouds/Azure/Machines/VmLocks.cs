using System.Collections.Concurrent;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Azure.Machines;

/// <summary>
/// Which machines are kept by locks. Asked for once a deletion met one, and until there is none any more: most have none.
/// </summary>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
internal sealed class VmLocks(AzureApi api, AzureCloudOptions options)
{
    // Machines whose deletion met one, by their ids in small letters.
    private readonly ConcurrentDictionary<string, bool> _met = new(StringComparer.Ordinal);

    /// <summary>Whether there is something to ask.</summary>
    public bool IsMet => !_met.IsEmpty;

    /// <summary>The deletion of a machine was refused for a lock.</summary>
    public void Meet(string name) =>
        _met[VmStates.KeyOf(ResourceIds.Of(options.GroupScope, "Microsoft.Compute/virtualMachines", name))] = true;

    /// <summary>Says of a machine's id whether a lock keeps it.</summary>
    public async Task<Predicate<string>> ReadAsync(CancellationToken cancellationToken)
    {
        // Of the group, of what is in it, and of what it is in.
        const string End = "/providers/microsoft.authorization/locks/";
        var scopes = new List<string>();
        var path = AzureApi.At($"{options.GroupScope}/providers/Microsoft.Authorization/locks", AzureApi.Locks);
        try
        {
            await foreach (var one in api.AllAsync("list locks", path, ManagementLock.Of, cancellationToken))
            {
                var id = VmStates.KeyOf(one.Id ?? "");
                if (id.IndexOf(End, StringComparison.Ordinal) is > 0 and var at)
                {
                    scopes.Add(id[..at]);
                }
            }
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            // Who may not read locks knows those that were met. A listing must not end for that, nor the pace hear of it: the credential is
            // good for everything else.
            return _met.ContainsKey;
        }

        if (scopes.Count == 0)
        {
            _met.Clear();
        }

        return id => scopes.Exists(scope => id == scope || id.StartsWith($"{scope}/", StringComparison.Ordinal));
    }
}
