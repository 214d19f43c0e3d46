using Muster.Clouds.DigitalOcean.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.DigitalOcean;

/// <summary>Makes droplets. DigitalOcean gives out nothing only once, so a launch is at most once by looks alone.</summary>
/// <remarks>
/// A first launch is one call, and Muster's server never asks a second time on a cloud without launch tokens: what became of it, its
/// listings show within the declared lag. Who asks again all the same (<see cref="LaunchRequest.IsRepeat"/>) is answered by a look for the
/// droplet's name, which ends in the launch id; by a second look when the declared lag is over; and only then by a creation. A launch whose
/// id was computed from its place in the group (<c>muster scale</c>) may be another run's too, and is looked for once.
/// See docs/decisions/0251-look-wait-look-again.md.
/// </remarks>
internal sealed class DropletLauncher(
    DigitalOceanApi api, DropletListing listing, SnapshotFinder snapshots, DropletRegions regions, TimeSpan listingLag,
    TimeProvider timeProvider)
{
    private const string Scopes = "droplet:create, tag:create, and what the template names: image:read, ssh_key:read, vpc:read";

    /// <inheritdoc cref="ICloud.LaunchAsync"/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(request, DropletTemplates.Read, cancellationToken, mayHaveZones: true);
        DropletRegions.ThrowIfAmiss(request, spec);
        var image = await ImageAsync(request, spec, cancellationToken);
        var body = DropletBody.Write(request, spec, image);
        var before = await LookBeforeLaunch.FindAsync(
            request, () => listing.FindAsync(request, cancellationToken), listingLag, timeProvider, cancellationToken);
        if (before is { } found)
        {
            return Marked(found, request);
        }

        var answer = await api.SendAsync(HttpMethod.Post, $"launch {request.Name}", "/v2/droplets", body, cancellationToken);
        if (answer.IsGood)
        {
            var (made, odd) = answer.ReadElement("droplet", Droplet.Of, DropletReader.Flaw);
            return made is not null
                ? Marked(DropletReader.Read(made), request)
                : throw new CloudException(
                    CloudErrorKind.Ambiguous, $"launch {request.Name}: the droplet that was made is not understood: {odd!.Why}");
        }

        var error = DigitalOceanErrors.Translate(answer, Scopes, request);
        throw await ZoneRefusal.OrAsync(request, error, () => regions.ListAsync(cancellationToken));
    }

    private async Task<long?> ImageAsync(LaunchRequest request, DropletSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Image.Snapshot is not { } name)
        {
            return null;
        }

        var region = request.Zone ?? spec.Region;
        var image = await snapshots.FindAsync(name, region, cancellationToken);
        return image?.Id ?? throw new CloudException(
            CloudErrorKind.InvalidRequest,
            $"launch {request.Name}: image is '{request.Template.Image}': the account has no image named '{name}'"
            + (region is null ? "" : $" in {region}"));
    }

    /// <summary>DigitalOcean puts tags on after the creation: what was asked for counts until a listing shows them.</summary>
    private static Instance Marked(Instance instance, LaunchRequest request) =>
        instance with { Tags = instance.Tags.SetItems(request.Tags) };
}
