using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Server.Problems;

namespace Muster.Server.Instances;

/// <summary>Looks at clouds for those who ask over HTTP.</summary>
internal sealed class CloudLooks(InstallationId installation, ICloudDirectory clouds, TimeProvider timeProvider)
{
    /// <summary>Whose instances are looked at.</summary>
    public InstallationId Installation => installation;

    /// <summary>Looks at several clouds at once.</summary>
    /// <param name="account">Whose instances.</param>
    /// <param name="group">Only this group's; null for all of the account.</param>
    /// <param name="names">The clouds.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<IReadOnlyList<CloudLook>> LookAsync(
        AccountId account, GroupId? group, IEnumerable<string> names, CancellationToken cancellationToken) =>
        await Task.WhenAll(names.Select(name => LookAsync(account, group, name, cancellationToken)));

    private async Task<CloudLook> LookAsync(AccountId account, GroupId? group, string name, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetUtcNow();
        try
        {
            var cloud = clouds.Find(account, name) ?? throw new ProblemException(
                ProblemKinds.CloudNotFound, $"cloud '{name}' of this group is no longer configured");
            var instances = await Listing.ReadAsync(cloud, new(installation, account, group), timeProvider, cancellationToken);
            return new(name, cloud.Cloud.Traits, instances, startedAt, Failure: null);
        }
        catch (Exception error) when (error is CloudException or ProblemException)
        {
            return new(name, Traits: null, [], startedAt, error);
        }
    }
}
