using System.Text.Json;

using Muster.Clouds.Kit;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;
using Muster.Core.Traffic;

namespace Muster.Clouds.OpenStack;

/// <summary>Finds the pools that groups name, and keeps what it found: one group alone asks every few seconds.</summary>
internal sealed class BalancerPools(OpenStackApi api, TimeProvider timeProvider) : IDisposable
{
    private const string Call = "look up the pool";

    /// <summary>Ids that a refusal lists.</summary>
    private const int ShownMax = 12;

    private readonly FoundNames<BalancerPool> _found = new(timeProvider);

    /// <summary>The pool that a group names, by its name or its id.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.InvalidRequest"/>: there is none, or several have the name; then with their ids.
    /// </exception>
    public async Task<BalancerPool> FindAsync(TrafficScope scope, CancellationToken cancellationToken)
    {
        var name = scope.Use.Backend
            ?? throw new CloudException(CloudErrorKind.InvalidRequest, $"group {scope.Name} names no pool for {scope.Use.Source}");
        return await _found.FindAsync(name, () => LookAsync(name, cancellationToken), cancellationToken);
    }

    /// <summary>Forgets a pool that is not there any more.</summary>
    public void Forget(TrafficScope scope) => _found.Forget(scope.Use.Backend ?? "");

    /// <inheritdoc/>
    public void Dispose() => _found.Dispose();

    private async Task<BalancerPool> LookAsync(string name, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(name, out var id))
        {
            var answer = await api.FindAsync(OpenStackService.LoadBalancer, Call, $"lbaas/pools/{id:D}", cancellationToken);
            return answer?.Find("pool") is { } pool && BalancerPool.Read(pool) is { } one
                ? one
                : throw None(name);
        }

        // An operator can switch filters off: then all are answered.
        BalancerPool[] named =
        [
            .. (await ListAsync($"lbaas/pools?name={Uri.EscapeDataString(name)}", cancellationToken))
                .Where(pool => pool.Text("name") == name).Select(BalancerPool.Read).OfType<BalancerPool>(),
        ];
        return named switch
        {
            [var only] => only,
            [] => throw None(name),
            _ => throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"backend is '{name}': several pools have that name; give the id of one: "
                + Few([.. named.Select(pool => pool.Id.ToString("D")).Order(StringComparer.Ordinal)])),
        };
    }

    // Other pools are not named: they may be of other accounts, and anybody who can name a backend reads this.
    private static CloudException None(string name) => new(
        CloudErrorKind.InvalidRequest,
        $"backend is '{name}': the project has no such pool: who may see the project lists its pools with "
        + "`openstack loadbalancer pool list`");

    private Task<List<JsonElement>> ListAsync(string path, CancellationToken cancellationToken) => BalancerPages.ReadAsync(
        (place, cancellation) => api.GetAsync(OpenStackService.LoadBalancer, Call, place, cancellation), path, "pools", timeProvider,
        cancellationToken);

    private static string Few(string[] all) =>
        $"{string.Join(", ", all.Take(ShownMax))}{(all.Length > ShownMax ? $" and {all.Length - ShownMax} more" : "")}";
}
