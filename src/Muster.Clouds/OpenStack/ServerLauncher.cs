using Muster.Clouds.Kit.Launching;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.OpenStack;

/// <summary>
/// Makes servers. OpenStack gives out nothing only once, so a launch is at most once by <see cref="LookBeforeLaunch"/> alone.
/// </summary>
internal sealed class ServerLauncher(
    OpenStackApi api, ServerListing listing, PartNames names, ServerZones zones, TimeSpan listingLag, TimeProvider timeProvider)
{
    /// <inheritdoc cref="ICloud.LaunchAsync"/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(request, OpenStackTemplates.Read, cancellationToken, mayHaveZones: true);
        ServerZones.ThrowIfAmiss(request, spec);
        var parts = await PartsAsync(request, spec, cancellationToken);
        var body = ServerBody.Write(request, spec, parts);
        var before = await LookBeforeLaunch.FindAsync(
            request, () => LookAsync(request, cancellationToken), listingLag, timeProvider, cancellationToken);
        if (before is not null)
        {
            return before;
        }

        var call = $"launch {request.Name}";
        var answer = await api.SendAsync(OpenStackService.Compute, HttpMethod.Post, call, "servers", body, cancellationToken);
        if (answer.IsGood)
        {
            // The answer has the id, and neither a status nor metadata: what was asked for counts until a listing shows it.
            return answer.Read(OpenStackJson.Default.JsonElement).Find("server")?.Text("id") is { Length: > 0 } id
                ? new()
                {
                    Id = new(id),
                    Name = request.Name,
                    State = InstanceState.Provisioning,
                    StateDetail = "BUILD",
                    CreatedAt = answer.Date ?? answer.ReceivedAt,
                    Tags = request.Tags,
                    Zone = request.Zone ?? spec.AvailabilityZone,
                }
                : throw new CloudException(CloudErrorKind.Ambiguous, $"{call}: the server that was made is told without its id");
        }

        var error = OpenStackErrors.Translate(answer, request);
        if (error.Kind is CloudErrorKind.InvalidRequest)
        {
            // An image or a network of a known name may be another one by now.
            names.Forget();
        }

        throw await zones.RefusalAsync(request, error, cancellationToken) ?? error;
    }

    private async Task<ServerParts> PartsAsync(LaunchRequest request, OpenStackSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            return await names.FindAsync(spec, cancellationToken);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.InvalidRequest)
        {
            throw new CloudException(error.Kind, $"launch {request.Name}: {error.Message}", error.RetryAfter, error);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.NotFound)
        {
            // A service that has no such list is not an instance that is gone.
            throw new CloudException(CloudErrorKind.Unavailable, error.Message, error.RetryAfter, error);
        }
    }

    private async Task<Instance?> LookAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        Guid.TryParse(request.Tags.GetValueOrDefault(MusterTags.Installation), out var installation)
            ? await listing.FindAsync(request, new InstallationId(installation), cancellationToken)
            : null;
}
