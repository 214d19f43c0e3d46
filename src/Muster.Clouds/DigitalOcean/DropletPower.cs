using Muster.Clouds.DigitalOcean.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.DigitalOcean;

/// <summary>
/// Shuts droplets down, switches them off, and switches them on. By id alone: an order by tag would reach whatever carries it.
/// </summary>
internal sealed class DropletPower(DigitalOceanApi api, TimeSpan listingLag, TimeProvider timeProvider)
{
    private const string Scope = "droplet:update";

    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        if (manner is StopManner.KeepingMemory)
        {
            throw OwnedInstance.CannotSuspend("DigitalOcean");
        }

        if (await StatusAsync(installation, instance, cancellationToken) is not ("off" or "archive"))
        {
            await OrderAsync(manner is StopManner.AtOnce ? "power_off" : "shutdown", instance, cancellationToken);
        }
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        if (await StatusAsync(installation, instance, cancellationToken) is not ("active" or "new"))
        {
            await OrderAsync("power_on", instance, cancellationToken);
        }
    }

    private async Task<string?> StatusAsync(InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = DigitalOceanCloud.IdOf(id) is not { } number ? null : await api.FindAsync(
            $"look up droplet {number}", $"/v2/droplets/{number}", "droplet:read", DropletAnswer.Of,
            cancellationToken);
        if (answer?.Droplet is not { } element)
        {
            throw OwnedInstance.Gone(id);
        }

        var (droplet, odd) = ListingReader.ReadOne(element, Droplet.Of, DropletReader.Flaw);
        if (droplet is null)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"droplet {id} is there, and is not understood: {odd!.Why}");
        }

        if (droplet.Tags is not { Length: > 0 } && timeProvider.GetUtcNow() - droplet.CreatedAt < listingLag)
        {
            // Tags are put on after the creation.
            throw new CloudException(
                CloudErrorKind.Unavailable, $"droplet {id} has no tags yet: it was made a moment ago; nothing was done to it");
        }

        OwnedInstance.Of(DropletReader.Read(droplet), isEnding: false, id, installation);
        return droplet.Status;
    }

    private async Task OrderAsync(string order, InstanceId id, CancellationToken cancellationToken)
    {
        var number = DigitalOceanCloud.IdOf(id);
        var answer = await api.SendAsync(
            HttpMethod.Post, $"{order} droplet {number}", $"/v2/droplets/{number}/actions",
            System.Text.Encoding.UTF8.GetBytes($$"""{"type":"{{order}}"}"""), cancellationToken);
        if (!answer.IsGood)
        {
            throw DigitalOceanErrors.Translate(answer, Scope);
        }
    }
}
