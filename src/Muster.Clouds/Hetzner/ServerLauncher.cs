using System.Globalization;
using System.Net;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Hetzner;

/// <summary>Makes servers, one a launch id: a server's name, which ends in the launch id, is given out once in a project.</summary>
internal sealed class ServerLauncher(HetznerApi api, ServerListing listing, ServerParts parts, HetznerPlaces places)
{
    /// <summary>Makes one.</summary>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(request, HetznerTemplates.Read, cancellationToken, mayHaveZones: true);
        ThrowIfTwoPlaces(request, spec);
        var name = HetznerTemplates.Names.For(request.Name);
        if (request.IsRepeat && await listing.FindAsync(name, cancellationToken) is { } made)
        {
            return Ours(made, request, name);
        }

        var body = await BodyAsync(request, spec, name, cancellationToken);
        var answer = await api.SendAsync(
            HttpMethod.Post, "servers", HttpCaller.Json(body.ToJson()), cancellationToken);
        if (answer.IsGood)
        {
            var created = answer.Read(CreateAnswer.Of);
            return created.Server is { } server && ServerReader.Flaw(server) is null
                ? ServerActions.Read(server, created.Action?.Status == "error" ? created.Action : null)
                : throw new CloudException(CloudErrorKind.Ambiguous, $"launch {name}: the answer does not say which server was made");
        }

        if (answer.Status is HttpStatusCode.Conflict && HetznerErrors.CodeOf(answer) is "uniqueness_error")
        {
            // Something of that name lives, most likely this launch, made by somebody else: a look that fails must not say that there is
            // none. One that shows a foreign server says that this launch made none.
            var named = await CallDoubt.AfterLaunchAsync(() => listing.FindAsync(name, cancellationToken));
            return named is { } existing
                ? Ours(existing, request, name)
                : throw new CloudException(
                    CloudErrorKind.Ambiguous, $"launch {name}: its name is taken already, and the listing does not show by what");
        }

        var refusal = api.Errors.Translate(answer, request.Template, request.Zone);
        throw await ZoneRefusal.OrAsync(request, refusal, () => places.ListAsync(cancellationToken));
    }

    private async Task<CreateBody> BodyAsync(LaunchRequest request, ServerSpec spec, string name, CancellationToken cancellationToken)
    {
        var snapshot = spec.SnapshotSelector is { } selector ? (long?)await parts.SnapshotAsync(selector, cancellationToken) : null;
        var networks = await parts.NetworksAsync(spec.Networks, cancellationToken);
        var firewalls = await parts.FirewallsAsync(spec.Firewalls, cancellationToken);
        var tags = name == request.Name ? request.Tags : request.Tags.SetItem(ServerReader.NameTag, request.Name);
        return new()
        {
            Name = name,
            ServerType = spec.ServerType,
            Image = snapshot?.ToString(CultureInfo.InvariantCulture) ?? spec.Image!,
            Location = request.Zone ?? spec.Location,
            Labels = HetznerLabels.Write(tags),
            UserData = spec.UserData,
            SshKeys = spec.SshKeys.IsEmpty ? null : spec.SshKeys,
            Networks = networks.IsEmpty ? null : networks,
            Firewalls = firewalls.IsEmpty ? null : [.. firewalls.Select(id => new FirewallBody(id))],
            PlacementGroup = await parts.PlacementGroupAsync(spec.PlacementGroup, cancellationToken),
            PublicNet = spec is { HasIpv4: true, HasIpv6: true } ? null : new(spec.HasIpv4, spec.HasIpv6),
        };
    }

    private static void ThrowIfTwoPlaces(LaunchRequest request, ServerSpec spec)
    {
        if (request.Zone is { } zone && spec.Location is { } location && location != zone)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': the template's options.{HetznerDescription.Location.Name} is '{location}'; leave one of them out");
        }
    }

    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: the name is a foreign server's.</exception>
    private static Instance Ours(Server server, LaunchRequest request, string name)
    {
        var isOurs = new[] { MusterTags.Launch, MusterTags.Installation }
            .All(tag => server.Labels?.GetValueOrDefault(tag) == request.Tags.GetValueOrDefault(tag));
        return isOurs
            ? ServerReader.Read(server)
            : throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"launch {name}: server {server.Id} has that name and not the label {MusterTags.Launch}={request.Launch}: "
                + "rename or delete it, or give it its labels back");
    }
}
